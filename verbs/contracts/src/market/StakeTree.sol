// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Accounts and their stake in a sum tree with history: draws by stake as it was at a past block
/// @dev A draw must not see stake that moved after its randomness was known, so every node keeps its history. Changing a
/// stake writes 13 nodes and a draw reads 12, whatever the number of accounts.
library StakeTree {
    using Checkpoints for Checkpoints.Trace208;
    using SafeCast for uint256;

    uint256 internal constant DEPTH = 12;
    uint256 internal constant LEAVES = 1 << DEPTH;

    /// @param sums     heap order: 1 is the root, LEAVES + i the leaf i
    /// @param accounts who sat at a leaf, with history: a leaf is given on when its account leaves
    /// @param leafOf   leaf + 1 of an account with stake
    struct Tree {
        mapping(uint256 node => Checkpoints.Trace208) sums;
        mapping(uint256 leaf => Checkpoints.Trace208) accounts;
        mapping(address account => uint256) leafOf;
        uint256[] free;
        uint256 used;
    }

    error TreeFull(uint256 leaves);

    function set(Tree storage self, address account, uint256 weight) internal {
        uint48 number = uint48(block.number);
        uint256 leaf = self.leafOf[account];
        if (leaf == 0) {
            if (weight == 0) return;
            leaf = _takeLeaf(self) + 1;
            self.leafOf[account] = leaf;
            self.accounts[leaf - 1].push(number, uint160(account));
        }
        uint256 node = LEAVES + leaf - 1;
        uint256 former = self.sums[node].latest();
        if (former == weight) return;
        for (; node != 0; node >>= 1) {
            uint256 sum = uint256(self.sums[node].latest()) + weight - former;
            self.sums[node].push(number, sum.toUint208());
        }
        if (weight == 0) {
            delete self.leafOf[account];
            self.free.push(leaf - 1);
        }
    }

    function total(Tree storage self, uint48 atBlock) internal view returns (uint256) {
        return self.sums[1].upperLookupRecent(atBlock);
    }

    /// @notice The account whose stake covers `point`, 0 <= point < total at that block.
    function accountAt(Tree storage self, uint256 point, uint48 atBlock) internal view returns (address) {
        uint256 node = 1;
        while (node < LEAVES) {
            node <<= 1;
            uint256 left = self.sums[node].upperLookupRecent(atBlock);
            if (point >= left) {
                point -= left;
                node++;
            }
        }
        return address(uint160(self.accounts[node - LEAVES].upperLookupRecent(atBlock)));
    }

    function _takeLeaf(Tree storage self) private returns (uint256 leaf) {
        uint256 waiting = self.free.length;
        if (waiting != 0) {
            leaf = self.free[waiting - 1];
            self.free.pop();
            return leaf;
        }
        require(self.used < LEAVES, TreeFull(LEAVES));
        return self.used++;
    }
}
