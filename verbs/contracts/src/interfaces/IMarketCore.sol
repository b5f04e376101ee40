// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IMarketTypes} from "./IMarketTypes.sol";
import {Terms} from "./ITerms.sol";

/// @title Leases and proof-gated capture: the hot half of the market
interface IMarketCore is IMarketTypes {
    // --- leases ---
    /// @notice Assigns the job to an asset for `maxSeconds` at the price of the listing version named. By the job's
    /// scheduler or its buyer. Reserves price * maxSeconds plus fee in the escrow. `endsAt` = now + start window +
    /// `maxSeconds` must lie within the job's `leaseEnd`, the listing and the attestation.
    function assign(Terms calldata terms, uint256 assetId, uint32 listingVersion, uint32 maxSeconds) external returns (bytes32 leaseId);
    /// @notice Assigns the job to all the assets, or to none: a gang never waits half-placed. At most `gangLimit` members.
    function assignGang(Terms calldata terms, Assignment[] calldata members) external returns (bytes32[] memory leaseIds);
    /// @notice Most members of one gang.
    function gangLimit() external view returns (uint256);
    /// @notice The node says that the container started: billing begins. Only the lease's node, within the start window.
    /// The lease's `endsAt` becomes `startedAt + maxSeconds`.
    function start(bytes32 leaseId) external;
    /// @notice Ends a lease and fixes `endedAt`. A started lease: the node with Completed or Failed, the buyer with
    /// StoppedByBuyer, the scheduler with NodeLost, anybody with Expired once `endsAt` passed. An assigned one, which
    /// closes at once: the buyer with StoppedByBuyer, node or scheduler with NeverStarted, anybody with NeverStarted once
    /// the start window passed, and then the provider's locked stake pays the penalty to `refundTo` (a node that cannot
    /// start says so within the window and loses nothing). Evicted: anybody, once a notice ran out. Frees at once what
    /// can no longer be billed (rule 5).
    function end(Terms calldata terms, bytes32 leaseId, EndReason reason) external;

    // --- usage ---
    /// @notice Books proven usage. Anybody may send it: authority is the node's signature over the receipt, the notary's
    /// over the tick head, and the usage proof over both. `last` closes the lease (a running one ends as Completed) and
    /// frees its reservation. A receipt of zero seconds is allowed.
    function capture(Terms calldata terms, Receipt calldata receipt, bytes calldata nodeSignature, bytes calldata notarySignature, Proof calldata proof) external returns (uint256 amount, uint256 fee);
    /// @notice Relays the buyer's countersignature over everything spent so far (EIP-712 `Acceptance`).
    function accept(Terms calldata terms, uint256 spent, bytes calldata signature) external;
    /// @notice Closes the job and refunds the rest: accepted with no lease open, or past the claim deadline (a lease without
    /// a last receipt does not hold the job open: nothing can be captured by then).
    function settle(Terms calldata terms) external returns (uint256 refunded);
}
