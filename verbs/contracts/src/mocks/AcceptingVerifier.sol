// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {IRollupGroth16Verifier} from "../interfaces/IRollupGroth16Verifier.sol";

/// @title Test double of the generated verifier: says yes unless c is zero
/// @notice For tests of everything around a proof. Never deployed by the deploy script.
contract AcceptingVerifier is IGroth16Verifier, IRollupGroth16Verifier {
    /// @inheritdoc IGroth16Verifier
    function verifyProof(uint256[2] calldata, uint256[2][2] calldata, uint256[2] calldata c, uint256[5] calldata)
        external
        pure
        returns (bool)
    {
        return c[0] != 0;
    }

    /// @inheritdoc IRollupGroth16Verifier
    function verifyProof(uint256[2] calldata, uint256[2][2] calldata, uint256[2] calldata c, uint256[3] calldata)
        external
        pure
        returns (bool)
    {
        return c[0] != 0;
    }

    /// @inheritdoc IGroth16Verifier
    function verifyBatch(BatchItem[] calldata items) external pure returns (bool) {
        for (uint256 i = 0; i < items.length; i++) if (items[i].c[0] == 0) return false;
        return items.length != 0;
    }
}
