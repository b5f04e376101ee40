// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Terms} from "./ITerms.sol";

/// @title Holds the money of jobs; knows nothing of leases
/// @notice Money comes in by an authorization whose nonce is the job's id, through the job's vault, or by approval, and
/// leaves to providers (earned), the fee recipient, and `refundTo`. Only the market reserves and books; every exit is
/// permissionless and pays only its owner (rule of money 3).
///
/// Two proofs of one debt: what the market books (`proven`) and what the buyer countersigned (`Voucher`). A payee of a job
/// is owed the larger of the two, never the sum: usage that a voucher has paid is not paid again when it is proven.
/// Amounts are at most 2^48 - 1 atomic units a job (281 million of a token with 6 decimals): a payee's whole state in a job is one storage slot.
interface IJobEscrow {
    /// @param deposited everything that came in, less what `void` returned
    /// @param reserved  promised to running or unproven leases, neither booked nor paid
    /// @param booked    captured for providers and not yet released (waits for the buyer or the claim window)
    /// @param paid      released to providers' balances
    /// @param fees      booked, due or released to the fee recipient
    /// @param refunded  returned to `refundTo` when the job closed, or by a ruling
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

    /// @notice The buyer's countersignature in compact form (EIP-2098): EIP-712 `Voucher(bytes32 jobId,address payee,uint256 spent)`
    /// @param spent all that the payee may have had of the job, fee included, since the beginning: only the newest one counts
    struct Voucher {
        bytes32 jobId;
        uint256 spent;
        bytes32 r;
        bytes32 vs;
    }

    /// @param accountId keccak256(jobId, payee, buyer), each in 32 bytes: a payee's side of a job
    /// @param gross     fee included; what of it is fee follows from all that was ever booked on the account, however it was cut
    struct Booked {
        bytes32 accountId;
        uint256 gross;
    }

    enum Skipped {
        None,
        NotSigned, // not the signature of the buyer of a job that has an account for this payee
        NothingNew, // everything in it was paid before, or the job has no more
        OtherToken,
        Closed
    }

    /// @notice First funding: the terms in full, so that anybody can act on the job from the chain alone.
    event JobOpened(bytes32 indexed jobId, Terms terms);
    event JobFunded(bytes32 indexed jobId, address indexed buyer, address indexed token, uint256 amount);
    event JobReserved(bytes32 indexed jobId, uint256 amount);
    event JobUnreserved(bytes32 indexed jobId, uint256 amount);
    /// @notice Of the `gross` that the market's event tells, vouchers had paid all but `booked` already.
    event BookedBehindVouchers(bytes32 indexed accountId, uint256 gross, uint256 booked);
    event JobReleased(bytes32 indexed jobId, address indexed payee, uint256 amount, uint256 fee);
    event JobRefunded(bytes32 indexed jobId, address indexed to, uint256 amount);
    event JobClosed(bytes32 indexed jobId);
    event VaultReturned(bytes32 indexed jobId, address indexed token, address indexed to, uint256 amount);
    event BalanceCredited(address indexed account, address indexed token, uint256 amount);
    /// @notice The payee of the run that follows was paid up to `spent` of this job, fee included.
    event VoucherRedeemed(bytes32 indexed jobId, uint256 spent);
    event VoucherSkipped(bytes32 indexed jobId, address indexed payee, Skipped reason);
    /// @notice One run of vouchers: the sum of what its `VoucherRedeemed` events moved, less the fees.
    event VouchersPaid(address indexed payee, address indexed token, uint256 amount);
    event CapRaised(bytes32 indexed jobId, uint256 cap);
    event JobHeld(bytes32 indexed jobId, address indexed payee);
    event JobRuled(bytes32 indexed jobId, address indexed payee, uint256 toPayee, uint256 toBuyer, uint256 fee);
    event Withdrawn(address indexed account, address indexed token, uint256 amount);

    error OnlyMarket(address caller);
    error OnlyCourt(address caller);
    error OnlyBuyer(address caller, address buyer);
    error AmountAboveBound(uint256 got, uint256 bound);
    error BadVoucher(bytes32 jobId, Skipped reason);
    error BadCapSignature(address buyer);
    error CapNotRaised(uint256 got, uint256 current);
    error AccountNotOpen(bytes32 accountId);
    error NotHeld(bytes32 jobId, address payee);
    error Held(bytes32 jobId, address payee);
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

    /// @notice One payee's side of a job.
    /// @param limit    most that all payees of the job may have together now; zero once the job has several payees
    /// @param proven   booked by the market over time, paid by vouchers or not
    /// @param spent    the larger of proven and vouchered; rulings do not lower it
    function accountOf(bytes32 jobId, address payee) external view returns (uint256 limit, uint256 reserved, uint256 proven, uint256 spent, bool held);

    /// @notice What a ruling would split: booked for the payee and not accepted by the buyer, fee not included.
    function heldOf(bytes32 jobId, address payee) external view returns (uint256 amount, uint256 fee);

    function court() external view returns (address);
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

    /// @notice Opens or fills the job with `amount` of the caller's tokens, by approval. Refunds go to `refundTo` all the same.
    function depositFrom(Terms calldata terms, uint256 amount) external returns (bytes32 jobId);

    /// @notice Adds `amount` (may be zero) of the caller's tokens to a running job. Anybody may add money; it can never cost the
    /// buyer more than the cap it signed. A `newCap` that is not zero becomes the cap: the buyer itself calls, or signed
    /// EIP-712 `Cap(bytes32 jobId,uint256 cap)`. A cap never falls, so no reservation loses its cover.
    function topUp(Terms calldata terms, uint256 amount, uint256 newCap, bytes calldata capSignature) external returns (bytes32 jobId);

    /// @notice Returns `amount` of what is neither reserved nor spent to `refundTo` while the job goes on; zero: all of it. The
    /// buyer only. A provider's voucher is safe up to what its leases reserve, and not above.
    function void(Terms calldata terms, uint256 amount) external returns (uint256 returned);

    /// @notice Sends the vault's balance to `refundTo`: from `leaseEnd` on, when the job is closed, or any time for the buyer,
    /// for `refundTo`, and for foreign tokens.
    function returnVault(Terms calldata terms, address token) external returns (uint256 amount);

    // --- the market only ---
    /// @return accountId the payee's side of the job, as `book` wants it
    function reserve(Terms calldata terms, address payee, uint256 amount) external returns (bytes32 accountId);
    /// @return buyer whose money it is
    /// @return token what it is in
    function unreserve(bytes32 jobId, address payee, uint256 amount) external returns (address buyer, address token);
    /// @notice Books for payees out of what is reserved for them, fee included; the part that vouchers have paid already is not
    /// booked again. Waits for the buyer's acceptance, a voucher that covers it or the end of the claim window; an acceptance
    /// covers what is booked at that moment and is never undone. No event: the market's tells each lease's amount.
    function book(Booked[] calldata bookings) external;
    /// @notice The buyer countersigned everything booked so far: it becomes withdrawable at once.
    function accept(Terms calldata terms) external;
    /// @notice Refunds what is neither booked nor paid to `refundTo`, reservations included, and closes the job.
    /// The market vouches that nothing more can be captured.
    function settle(Terms calldata terms) external returns (uint256 refunded);

    // --- the court only ---
    /// @notice Freezes what is booked for the payee and not accepted, until the ruling. Money already accepted, and vouchers,
    /// go on: the buyer signed for them. A hold that never sees a ruling ends by itself 90 days after `reclaimAt`.
    function hold(Terms calldata terms, address payee) external;
    /// @notice Releases what the buyer accepted before, then splits what `heldOf` says: `toBuyer`, or all of it if it is less by now, goes to `refundTo` with its share of the fee, the
    /// rest to the payee. Ends the hold. Works on a closed job, too.
    function ruleOn(Terms calldata terms, address payee, uint256 toPayee, uint256 toBuyer) external;

    // --- anybody ---
    /// @notice Pays one payee what buyers countersigned in many jobs, in one call; each voucher stands for itself and a bad one
    /// is skipped with an event, so that no buyer can block others. `strict`: reverts instead. A voucher above what the job
    /// has pays what there is, and again after a top-up.
    function redeem(address token, address payee, Voucher[] calldata vouchers, bool strict) external returns (uint256 amount);
    /// @notice One voucher, with the terms: for buyers that are contracts (EIP-1271), and payees that never had a lease of the job.
    function redeemWith(Terms calldata terms, address payee, uint256 spent, bytes calldata signature) external returns (uint256 amount);
    /// @notice Moves what is booked for `payee` to its balance, once accepted or past `claimDeadline`.
    function release(Terms calldata terms, address payee) external returns (uint256 amount);
    /// @notice From `reclaimAt` on: everything not booked goes to `refundTo`, needing nobody.
    function reclaim(Terms calldata terms) external returns (uint256 refunded);
    /// @notice Pays `account` its own balance, whoever calls.
    function withdraw(address account, address token) external returns (uint256 amount);
}
