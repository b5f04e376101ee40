// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Test token with the vices of real ones, each switched on by the test
contract HostileDollar is ERC20 {
    /// Kept back from every transfer, atomic units.
    uint256 public transferFee;
    /// Transfers to it revert, as a block list does.
    address public blocked;
    /// Transfers move nothing and return false.
    bool public lying;
    /// Called in the middle of every transfer.
    address private _target;
    bytes private _call;
    bool public reentered;

    constructor() ERC20("Hostile Dollar", "hUSD") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function set(uint256 transferFee_, address blocked_, bool lying_) external {
        (transferFee, blocked, lying) = (transferFee_, blocked_, lying_);
    }

    function setCallback(address target, bytes calldata data) external {
        (_target, _call) = (target, data);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (_target != address(0)) {
            (bool done,) = _target.call(_call);
            reentered = reentered || done;
        }
        if (lying) return false;
        super.transferFrom(from, to, amount);
        if (transferFee != 0) _transfer(to, address(0xdead), transferFee);
        return true;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        require(to != blocked || to == address(0), "blocked");
        if (_target != address(0)) {
            (bool done,) = _target.call(_call);
            reentered = reentered || done;
        }
        if (lying) return false;
        super.transfer(to, amount - transferFee);
        if (transferFee != 0) super.transfer(address(0xdead), transferFee);
        return true;
    }
}
