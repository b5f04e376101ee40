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
    /// Every transfer reverts.
    bool public paused;
    /// Transfers move the money and return nothing, as some old tokens do.
    bool public silent;
    /// Called in the middle of every transfer.
    address private _target;
    bytes private _call;
    bool public reentered;

    constructor() ERC20("Hostile Dollar", "hUSD") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Takes from a balance, as a token does whose supply shrinks.
    function rebase(address of_, uint256 amount) external {
        _burn(of_, amount);
    }

    function set(uint256 transferFee_, address blocked_, bool lying_) external {
        (transferFee, blocked, lying) = (transferFee_, blocked_, lying_);
    }

    function setMood(bool paused_, bool silent_) external {
        (paused, silent) = (paused_, silent_);
    }

    function setCallback(address target, bytes calldata data) external {
        (_target, _call) = (target, data);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _spendAllowance(from, msg.sender, amount);
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        require(!paused, "paused");
        require(to != blocked || to == address(0), "blocked");
        if (_target != address(0)) {
            (bool done,) = _target.call(_call);
            reentered = reentered || done;
        }
        if (lying) return false;
        uint256 fee = transferFee < amount ? transferFee : amount;
        _transfer(from, to, amount - fee);
        if (fee != 0) _transfer(from, address(0xdead), fee);
        if (silent) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        return true;
    }
}
