// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IMarketTypes} from "./IMarketTypes.sol";
import {Terms} from "./ITerms.sol";

/// @title Jobs that are paid by a proof of the answer, at once, and not by time
/// @notice Such a job names the market itself as its notary: nobody can countersign a tick of it, its leases' usage cannot be
/// captured at all, and only `captureInference` pays. The price is fixed: the listed price of the lease's whole time, however
/// long the answer took. No proof by the end of that time: everything goes back.
interface IInference {
    /// @param modelId         in the `IModelRegistry`
    /// @param inputCommitment what the buyer ordered an answer for
    /// @param spec            keccak256 of the workload's canonical JSON
    /// @param class           the answer
    /// @param output          commitment of the output files; the node's word, not the proof's
    struct Answer {
        bytes32 modelId;
        uint256 inputCommitment;
        bytes32 spec;
        uint256 class;
        bytes32 output;
    }

    event InferenceCaptured(
        bytes32 indexed jobId, bytes32 indexed leaseId, bytes32 indexed modelId, uint256 inputCommitment, uint256 class, uint256 amount, uint256 fee
    );

    /// @notice The job is not one that a proof of an answer pays.
    error NotInference(bytes32 jobId);
    /// @param got hash of the inference given; `wanted` is the job's `terms.workload`
    error OtherInference(bytes32 got, bytes32 wanted);
    error InferenceRejected();

    /// @notice By the lease's node or payee, while the lease runs: books its whole price, accepts it in the buyer's name, closes
    /// the lease and, where it was the last open one, the job; no window. What the buyer paid beyond goes back in the same call.
    function captureInference(Terms calldata terms, bytes32 leaseId, Answer calldata answer, IMarketTypes.Proof calldata proof)
        external
        returns (uint256 amount, uint256 fee);

    /// @notice Anybody, once the lease's time is over or its node gave up: frees all that the lease held, and closes a job of
    /// which no lease is open and nothing is spent.
    function refundInference(Terms calldata terms, bytes32 leaseId) external returns (uint256 refunded);

    /// @notice What the `terms.workload` of such a job is: keccak256(abi.encode(typehash, modelId, inputCommitment, spec)).
    function inferenceWorkloadOf(bytes32 modelId, uint256 inputCommitment, bytes32 spec) external pure returns (bytes32);
}
