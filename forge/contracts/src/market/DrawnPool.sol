// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {StakePool} from "./StakePool.sol";
import {StakeTree} from "./StakeTree.sol";

/// @title A pool of staked accounts from which panels are drawn by stake
/// @dev The block whose stakes count is fixed before the seed is known (rule of money 11), see SeedLib. A seat is a draw of its own, so many small accounts get no more seats than one with their sum.
abstract contract DrawnPool is StakePool {
    using StakeTree for StakeTree.Tree;

    /// @dev Draws at most this many times the seats: with everybody excluded it ends, too.
    uint256 private constant TRIES = 4;

    StakeTree.Tree private _tree;

    /// @notice Stake that counts in draws, all accounts together, at a past block.
    function drawableAt(uint48 atBlock) external view returns (uint256) {
        return _tree.total(atBlock);
    }

    /// @notice Who seat number `index` of a draw falls to, before anybody is excluded; zero when nobody has stake.
    function seatOf(bytes32 seed, uint256 index, uint48 atBlock) public view returns (address) {
        uint256 total = _tree.total(atBlock);
        // The bias of the remainder is total / 2^256.
        return total == 0 ? address(0) : _tree.accountAt(uint256(keccak256(abi.encode(seed, index))) % total, atBlock);
    }

    /// @dev Least stake to be drawn.
    function _leastStake() internal view virtual returns (uint256);

    function _stakeChanged(address account, uint256 active) internal override {
        _tree.set(account, active >= _leastStake() ? active : 0);
    }

    /// @dev Who may not sit for reasons of its own.
    function _isBarred(address account) internal view virtual returns (bool);

    /// @dev Seats as drawn, without accounts behind which one of `owners` stands; fewer than asked for when the tries run out.
    /// @param distinct every account at most once: for panels where heads count, not seats
    function _draw(bytes32 seed, uint256 seats, uint48 atBlock, address[] memory owners, bool distinct)
        internal
        view
        returns (address[] memory drawn)
    {
        drawn = new address[](seats);
        uint256 count;
        for (uint256 i = 0; i < seats * TRIES && count < seats; i++) {
            address account = seatOf(seed, i, atBlock);
            if (account == address(0) || _isBarred(account)) continue;
            if (_contains(owners, owners.length, _registry().registeredOwnerOf(account))) continue;
            if (distinct && _contains(drawn, count, account)) continue;
            drawn[count++] = account;
        }
        // Shortens the array to what was drawn.
        assembly ("memory-safe") {
            mstore(drawn, count)
        }
    }

    function _registry() internal view virtual returns (IProviderRegistry);

    function _contains(address[] memory list, uint256 length, address account) internal pure returns (bool) {
        for (uint256 i = 0; i < length; i++) if (list[i] == account) return true;
        return false;
    }
}
