// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Groth16 for a rollup circuit: public signals commitment, challenge, evaluation
/// @notice Answers `false` also when it starves or a point is none: callers give gas enough and never punish for a `false`.
interface IRollupGroth16Verifier {
    /// @notice What snarkjs generates.
    function verifyProof(uint256[2] calldata a, uint256[2][2] calldata b, uint256[2] calldata c, uint256[3] calldata inputs)
        external
        view
        returns (bool);
}
