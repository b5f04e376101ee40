// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IMarketTypes} from "./IMarketTypes.sol";
import {Terms} from "./ITerms.sol";

/// @title The other half of the market: listings, reads, and the verbs that change a lease or a job between assignment and settlement
/// @notice Served at the market's own address (see `Marketplace`).
interface IMarketDesk is IMarketTypes {
    // --- listings (the asset's owner) ---
    /// @notice Lists with no right to end a lease early. See `listBatch` for a notice.
    function list(uint256 assetId, address token, uint128 pricePerSecond, uint32 minSeconds, uint32 maxSeconds, uint64 endsAt) external;
    /// @notice Lists many assets at once, and sets the notice: for data centres. At most `batchLimit`.
    function listBatch(uint256[] calldata assetIds, Offer calldata offer) external;
    function batchLimit() external view returns (uint256);
    function reprice(uint256 assetId, uint128 pricePerSecond) external;
    function unlist(uint256 assetId) external;
    /// @notice Only the asset contract, on every transfer: the seller's listing ends with its ownership (rule 8).
    function assetMoved(uint256 assetId) external;
    function listingOf(uint256 assetId) external view returns (Listing memory);

    // --- the buyer (by transaction, or by a signature that anybody relays) ---
    /// @notice Lengthens a live lease to `maxSeconds` in all, at its own price: reserves the difference. Never past the
    /// job's `leaseEnd`, the attestation, or the longest time the provider offered when the lease was assigned.
    function extend(Terms calldata terms, bytes32 leaseId, uint32 maxSeconds) external;
    /// @notice `extend` with the buyer's EIP-712 `Extend(bytes32 leaseId,uint32 maxSeconds,uint256 deadline)`.
    function extendFor(Terms calldata terms, bytes32 leaseId, uint32 maxSeconds, uint256 deadline, bytes calldata signature) external;
    /// @notice Ends a live lease as StoppedByBuyer with the buyer's `Stop(bytes32 leaseId,uint256 deadline)`.
    function stopFor(Terms calldata terms, bytes32 leaseId, uint256 deadline, bytes calldata signature) external;
    /// @notice Ends the job's assigned leases named, then closes a job on which nothing was spent and returns all of it.
    /// Reverts while any other lease is open.
    function cancel(Terms calldata terms, bytes32[] calldata leaseIds) external returns (uint256 refunded);
    /// @notice `cancel` with the buyer's `Cancel(bytes32 jobId,uint256 deadline)`.
    function cancelFor(Terms calldata terms, bytes32[] calldata leaseIds, uint256 deadline, bytes calldata signature) external returns (uint256 refunded);
    /// @notice Bounds what all the caller's jobs in this token may reserve in any one period; a period of zero lifts it.
    /// Checked where money is promised (assign, extend), never where it is earned: a node that worked is paid.
    function setSpendingCap(address token, uint128 cap, uint32 periodSeconds) external;
    /// @notice The same with the buyer's `SpendingCap(address token,uint128 cap,uint32 periodSeconds,uint256 nonce,uint256 deadline)`.
    function setSpendingCapFor(address buyer, address token, uint128 cap, uint32 periodSeconds, uint256 deadline, bytes calldata signature) external;
    function spendingCapOf(address buyer, address token) external view returns (uint256 cap, uint256 used, uint32 periodSeconds);
    function spendingNonceOf(address buyer) external view returns (uint256);

    // --- the provider, and anybody ---
    /// @notice By the lease's payee: a running lease ends `noticeSeconds` from now. Seconds until then stay paid for.
    function giveNotice(Terms calldata terms, bytes32 leaseId) external;
    /// @notice By the lease's payee, or its node: nothing more will be captured on this ended lease. Closes it and frees what is
    /// reserved for it at once; a job whose last lease has no last receipt need not wait for its claim deadline then.
    function waive(Terms calldata terms, bytes32 leaseId) external;
    /// @notice Anybody, once the job's windows closed: unlocks the stake and records what was earned as reputation.
    function finish(Terms calldata terms, bytes32 leaseId) external;

    // --- reads ---
    function leaseOf(bytes32 leaseId) external view returns (LeaseView memory);
    /// @notice What a lease's id commits to (see `LeaseIdLib`); the job's first lease has index 0.
    /// @param accountId keccak256(jobId, payee, buyer), each in 32 bytes
    function leaseIdOf(bytes32 accountId, address payee, address node, address notary, uint16 index, uint16 feeBps, uint96 pricePerSecond) external pure returns (bytes32);
    /// @notice How many leases the job has had; never above `terms.maxLeases`.
    function leaseCountOf(bytes32 jobId) external view returns (uint256);
    /// @notice Seconds a node has to start an assigned lease.
    function startWindow() external view returns (uint64);
    /// @notice The lease that holds the asset now, or zero.
    function liveLeaseOf(uint256 assetId) external view returns (bytes32);
    function openLeasesOf(bytes32 jobId) external view returns (uint256);
}
