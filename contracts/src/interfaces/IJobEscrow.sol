// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Terms} from "./ITerms.sol";

/// @title Holds the money of jobs; knows nothing of leases
/// @notice Money comes in by an authorization whose nonce is the job's id, or through the job's vault, and leaves
/// to providers (earned), the fee recipient, and `refundTo`. Only the market reserves and books; every exit is
/// permissionless and pays only its owner (rule of money 3).
interface IJobEscrow {
    /// @param deposited everything that came in
    /// @param reserved  promised to running or unproven leases, not yet booked
    /// @param booked    captured for providers and not yet released (waits for the buyer or the claim window)
    /// @param paid      released to providers' balances
    /// @param fees      booked or released to the fee recipient
    /// @param refunded  returned to `refundTo`
    /// @param accepted  the buyer countersigned everything that is booked so far; a later booking clears it
    /// @dev deposited = reserved + booked + paid + fees + refunded + free, always.
    struct Job {
        uint128 deposited;
        uint128 reserved;
        uint128 booked;
        uint128 paid;
        uint128 fees;
        uint128 refunded;
        bool accepted;
        bool closed;
    }

    /// @notice First funding: the terms in full, so that anybody can act on the job from the chain alone.
    event JobOpened(bytes32 indexed jobId, Terms terms);
    event JobFunded(bytes32 indexed jobId, address indexed buyer, address indexed token, uint256 amount);
    event JobReserved(bytes32 indexed jobId, uint256 amount);
    event JobUnreserved(bytes32 indexed jobId, uint256 amount);
    event JobBooked(bytes32 indexed jobId, address indexed payee, uint256 amount, uint256 fee);
    event JobReleased(bytes32 indexed jobId, address indexed payee, uint256 amount, uint256 fee);
    event JobRefunded(bytes32 indexed jobId, address indexed to, uint256 amount);
    event JobClosed(bytes32 indexed jobId);
    event VaultReturned(bytes32 indexed jobId, address indexed token, address indexed to, uint256 amount);
    event BalanceCredited(address indexed account, address indexed token, uint256 amount);
    event Withdrawn(address indexed account, address indexed token, uint256 amount);

    error OnlyMarket(address caller);
    error TokenNotAllowed(address token);
    /// @param field the member of the terms that is zero and must not be
    error BadTerms(string field);
    error DeadlinesNotOrdered(uint64 leaseEnd, uint64 captureDeadline, uint64 claimDeadline, uint64 reclaimAt, uint64 minGap);
    error FeeAboveCeiling(uint256 feeBps, uint256 ceilingBps);
    error FundingClosed(uint256 timestamp, uint64 leaseEnd);
    error Underfunded(uint256 got, uint256 wanted);
    error InsufficientFree(uint256 wanted, uint256 free);
    error InsufficientReserved(uint256 wanted, uint256 reserved);
    error JobIsClosed(bytes32 jobId);
    error JobUnknown(bytes32 jobId);
    error TooEarly(uint256 timestamp, uint256 notBefore);
    error NothingToMove();

    /// @notice EIP-712 hash of the terms under this escrow's domain: the job's id.
    function jobIdOf(Terms calldata terms) external view returns (bytes32);

    /// @notice CREATE2 address that commits to the terms; an x402 `exact` payment goes there.
    function vaultOf(bytes32 jobId) external view returns (address);

    function jobOf(bytes32 jobId) external view returns (Job memory);

    /// @notice Booked and not yet released amount of one payee in one job.
    function bookedOf(bytes32 jobId, address payee) external view returns (uint256);

    function market() external view returns (address);
    function isTokenAllowed(address token) external view returns (bool);
    function feeCeilingBps() external view returns (uint256);
    /// @notice Least gap between two deadlines, seconds.
    function minGap() external view returns (uint64);
    /// @notice keccak256 of the vault's init code: with it a client computes `vaultOf` without asking anybody.
    function vaultInitCodeHash() external view returns (bytes32);

    /// @notice Withdrawable balance.
    function balanceOf(address account, address token) external view returns (uint256);

    /// @notice Funds the job with the buyer's EIP-3009 authorization of exactly `terms.cap`, nonce = job id.
    function depositWithAuthorization(Terms calldata terms, uint256 validAfter, uint256 validBefore, bytes calldata signature) external returns (bytes32 jobId);

    /// @notice Moves the vault's balance into the job. Reverts from `leaseEnd` on and when the job is closed.
    function sweep(Terms calldata terms) external returns (bytes32 jobId, uint256 amount);

    /// @notice Sends the vault's balance to `refundTo`: from `leaseEnd` on, when the job is closed, or any time for the buyer,
    /// for `refundTo`, and for foreign tokens.
    function returnVault(Terms calldata terms, address token) external returns (uint256 amount);

    // --- the market only ---
    function reserve(Terms calldata terms, uint256 amount) external;
    function unreserve(bytes32 jobId, uint256 amount) external;
    /// @notice Books `amount` for the payee and `fee` on top, out of what is reserved. Waits for the buyer's acceptance
    /// or the end of the claim window; an acceptance covers what is booked at that moment and is never undone.
    function book(Terms calldata terms, address payee, uint256 amount, uint256 fee) external;
    /// @notice The buyer countersigned everything booked so far: it becomes withdrawable at once.
    function accept(Terms calldata terms) external;
    /// @notice Refunds what is neither booked nor paid to `refundTo`, reservations included, and closes the job.
    /// The market vouches that nothing more can be captured.
    function settle(Terms calldata terms) external returns (uint256 refunded);

    // --- anybody ---
    /// @notice Moves what is booked for `payee` to its balance, once accepted or past `claimDeadline`.
    function release(Terms calldata terms, address payee) external returns (uint256 amount);
    /// @notice From `reclaimAt` on: everything not booked goes to `refundTo`, needing nobody.
    function reclaim(Terms calldata terms) external returns (uint256 refunded);
    /// @notice Pays `account` its own balance, whoever calls.
    function withdraw(address account, address token) external returns (uint256 amount);
}
