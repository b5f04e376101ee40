// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Groth16 for the usage circuit: public signals context, origin, head, from, to
/// @notice Answers `false` also when it starves or a point is none: callers give gas enough and never punish for a `false`.
interface IGroth16Verifier {
    struct BatchItem {
        uint256[2] a;
        uint256[2][2] b;
        uint256[2] c;
        uint256[5] inputs;
    }

    /// @notice What snarkjs generates.
    function verifyProof(uint256[2] calldata a, uint256[2][2] calldata b, uint256[2] calldata c, uint256[5] calldata inputs)
        external
        view
        returns (bool);

    /// @notice All of `items` at once: true only if each one by itself would be, up to a chance of 2^-128 a try.
    function verifyBatch(BatchItem[] calldata items) external view returns (bool);
}
