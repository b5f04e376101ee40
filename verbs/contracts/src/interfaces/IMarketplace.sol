// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IMarketCore} from "./IMarketCore.sol";
import {IMarketDesk} from "./IMarketDesk.sol";

/// @title The market as its callers see it: one address, two contracts of auditable size
interface IMarketplace is IMarketCore, IMarketDesk {}
