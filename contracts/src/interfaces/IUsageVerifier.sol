// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Checks usage proofs (Groth16, see circuits/README.md)
/// @notice Shows that the ticks behind a head lie in one unbroken span of time; does not show that useful work was done.
interface IUsageVerifier {
    /// @param origin  keccak256(chainid, market, leaseId, payee, sequence) mod r: the tick chain's seed
    /// @param context keccak256(origin, output) mod r
    struct Inputs {
        uint256 context;
        uint256 origin;
        uint256 head;
        uint256 from;
        uint256 to;
    }

    /// @dev One proof of a batch.
    struct Statement {
        uint256[2] a;
        uint256[2][2] b;
        uint256[2] c;
        Inputs inputs;
    }

    error EmptyBatch();
    error InputOutOfField(uint256 index, uint256 value);
    error NotEnoughGas(uint256 got, uint256 wanted);

    function verifyUsage(uint256[2] calldata a, uint256[2][2] calldata b, uint256[2] calldata c, Inputs calldata inputs) external view returns (bool);

    /// @notice True only if every statement is proven (`IGroth16Verifier.verifyBatch`). The index in `InputOutOfField` counts
    /// five for each statement.
    function verifyUsageBatch(Statement[] calldata statements) external view returns (bool);
}
