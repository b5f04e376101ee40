// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IInferenceVerifier} from "../interfaces/IInferenceVerifier.sol";
import {Inference} from "./Inference.sol";
import {MarketBase} from "./MarketBase.sol";

/// @title Code of the verbs of jobs that a proven answer pays
/// @dev Called through `MarketDesk` only, on the market's storage; on its own it has no leases and no rights at the escrow.
contract AnswerDesk is Inference {
    constructor(Peers memory peers, IInferenceVerifier inferenceVerifier) MarketBase(peers) Inference(inferenceVerifier) {}
}
