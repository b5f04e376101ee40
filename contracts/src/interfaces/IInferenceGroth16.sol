// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Groth16 for an inference circuit: public signals context, modelCommitment, inputCommitment, class
/// @notice Answers `false` also when it starves: callers give gas enough and never punish for a `false`.
interface IInferenceGroth16 {
    function verifyProof(uint256[2] calldata a, uint256[2][2] calldata b, uint256[2] calldata c, uint256[4] calldata inputs)
        external
        view
        returns (bool);

    /// @notice keccak256 of alpha, beta, gamma, delta and IC, 32 bytes a coordinate.
    function verificationKeyHash() external pure returns (bytes32);
}
