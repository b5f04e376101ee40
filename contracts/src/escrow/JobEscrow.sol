// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IERC3009Receive} from "../interfaces/IERC3009Receive.sol";
import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {JobVault} from "./JobVault.sol";
import {TermsLib} from "./TermsLib.sol";

/// @title Holds the money of jobs
/// @dev No owner and no setter: token list, fee ceiling and gap are fixed, so no key can change a running job.
contract JobEscrow is IJobEscrow, EIP712, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @param waiting     booked after the last acceptance seen here: waits for the next one or the claim window
    /// @param releasable  booked before it
    /// @param round       the job's acceptance round when `waiting` was last written
    struct Booking {
        uint128 waiting;
        uint128 waitingFee;
        uint128 releasable;
        uint128 releasableFee;
        uint64 round;
    }

    /// @inheritdoc IJobEscrow
    address public immutable market;
    /// @inheritdoc IJobEscrow
    uint256 public immutable feeCeilingBps;
    /// @inheritdoc IJobEscrow
    uint64 public immutable minGap;
    /// @inheritdoc IJobEscrow
    bytes32 public constant vaultInitCodeHash = keccak256(type(JobVault).creationCode);

    /// @inheritdoc IJobEscrow
    mapping(address token => bool) public isTokenAllowed;
    /// @inheritdoc IJobEscrow
    mapping(address account => mapping(address token => uint256)) public balanceOf;

    mapping(bytes32 jobId => Job) private _jobs;
    /// @dev Number of acceptances: a booking of an earlier round is accepted, without a loop over payees.
    mapping(bytes32 jobId => uint64) private _rounds;
    mapping(bytes32 jobId => mapping(address payee => Booking)) private _bookings;

    modifier onlyMarket() {
        require(msg.sender == market, OnlyMarket(msg.sender));
        _;
    }

    constructor(address market_, address[] memory tokens, uint256 feeCeilingBps_, uint64 minGap_)
        EIP712("Gristmill Escrow", "1")
    {
        market = market_;
        feeCeilingBps = feeCeilingBps_;
        minGap = minGap_;
        for (uint256 i = 0; i < tokens.length; i++) isTokenAllowed[tokens[i]] = true;
    }

    // --- money in ---

    /// @inheritdoc IJobEscrow
    function depositWithAuthorization(Terms calldata terms, uint256 validAfter, uint256 validBefore, bytes calldata signature)
        external
        nonReentrant
        returns (bytes32 jobId)
    {
        jobId = jobIdOf(terms);
        _requireFundable(jobId, terms);
        uint256 before = IERC20(terms.token).balanceOf(address(this));
        IERC3009Receive(terms.token).receiveWithAuthorization(
            terms.buyer, address(this), terms.cap, validAfter, validBefore, jobId, signature
        );
        _fund(jobId, terms, IERC20(terms.token).balanceOf(address(this)) - before);
    }

    /// @inheritdoc IJobEscrow
    function sweep(Terms calldata terms) external nonReentrant returns (bytes32 jobId, uint256 amount) {
        jobId = jobIdOf(terms);
        _requireFundable(jobId, terms);
        amount = _drain(jobId, terms.token);
        _fund(jobId, terms, amount);
    }

    /// @inheritdoc IJobEscrow
    function returnVault(Terms calldata terms, address token) external nonReentrant returns (uint256 amount) {
        bytes32 jobId = jobIdOf(terms);
        // The owner of the money may always fetch what was not swept: terms that no sweep would take (a token that is
        // not allowed, deadlines out of order) must not lock a payment.
        bool free = token != terms.token || _jobs[jobId].closed || msg.sender == terms.refundTo || msg.sender == terms.buyer;
        require(free || block.timestamp >= terms.leaseEnd, TooEarly(block.timestamp, terms.leaseEnd));
        amount = _drain(jobId, token);
        emit VaultReturned(jobId, token, terms.refundTo, amount);
        _push(token, terms.refundTo, amount);
    }

    // --- the market only ---

    /// @inheritdoc IJobEscrow
    function reserve(Terms calldata terms, uint256 amount) external onlyMarket {
        bytes32 jobId = jobIdOf(terms);
        Job storage job = _openJob(jobId);
        // The cap binds even when more than the cap was paid in: the surplus is the buyer's.
        uint256 free = Math.min(job.deposited - job.refunded, terms.cap) - job.reserved - job.booked - job.paid - job.fees;
        require(amount <= free, InsufficientFree(amount, free));
        job.reserved += amount.toUint128();
        emit JobReserved(jobId, amount);
    }

    /// @inheritdoc IJobEscrow
    function unreserve(bytes32 jobId, uint256 amount) external onlyMarket {
        Job storage job = _openJob(jobId);
        _takeReserved(job, amount);
        emit JobUnreserved(jobId, amount);
    }

    /// @inheritdoc IJobEscrow
    function book(Terms calldata terms, address payee, uint256 amount, uint256 fee) external onlyMarket {
        bytes32 jobId = jobIdOf(terms);
        Job storage job = _openJob(jobId);
        _takeReserved(job, amount + fee);
        job.booked += amount.toUint128();
        job.fees += fee.toUint128();
        job.accepted = false;
        Booking storage booking = _roll(jobId, payee);
        booking.waiting += amount.toUint128();
        booking.waitingFee += fee.toUint128();
        emit JobBooked(jobId, payee, amount, fee);
    }

    /// @inheritdoc IJobEscrow
    function accept(Terms calldata terms) external onlyMarket {
        bytes32 jobId = jobIdOf(terms);
        _openJob(jobId).accepted = true;
        _rounds[jobId]++;
    }

    /// @inheritdoc IJobEscrow
    function settle(Terms calldata terms) external onlyMarket nonReentrant returns (uint256 refunded) {
        return _close(jobIdOf(terms), terms);
    }

    // --- anybody ---

    /// @inheritdoc IJobEscrow
    function release(Terms calldata terms, address payee) external nonReentrant returns (uint256 amount) {
        bytes32 jobId = jobIdOf(terms);
        Booking storage booking = _roll(jobId, payee);
        uint128 released = booking.releasable;
        uint128 fee = booking.releasableFee;
        if (block.timestamp > terms.claimDeadline) {
            released += booking.waiting;
            fee += booking.waitingFee;
            (booking.waiting, booking.waitingFee) = (0, 0);
        } else if (released == 0 && booking.waiting != 0) {
            revert TooEarly(block.timestamp, uint256(terms.claimDeadline) + 1);
        }
        require(released != 0 || fee != 0, NothingToMove());
        (booking.releasable, booking.releasableFee) = (0, 0);

        Job storage job = _jobs[jobId];
        job.booked -= released;
        job.paid += released;
        emit JobReleased(jobId, payee, released, fee);
        _credit(payee, terms.token, released);
        _credit(terms.feeRecipient, terms.token, fee);
        return released;
    }

    /// @inheritdoc IJobEscrow
    function reclaim(Terms calldata terms) external nonReentrant returns (uint256 refunded) {
        require(block.timestamp >= terms.reclaimAt, TooEarly(block.timestamp, terms.reclaimAt));
        return _close(jobIdOf(terms), terms);
    }

    /// @inheritdoc IJobEscrow
    function withdraw(address account, address token) external nonReentrant returns (uint256 amount) {
        amount = balanceOf[account][token];
        require(amount != 0, NothingToMove());
        balanceOf[account][token] = 0;
        emit Withdrawn(account, token, amount);
        IERC20(token).safeTransfer(account, amount);
    }

    /// @inheritdoc IJobEscrow
    function jobIdOf(Terms calldata terms) public view returns (bytes32) {
        return _hashTypedDataV4(TermsLib.hash(terms));
    }

    /// @inheritdoc IJobEscrow
    function vaultOf(bytes32 jobId) public view returns (address) {
        return Create2.computeAddress(jobId, vaultInitCodeHash);
    }

    /// @inheritdoc IJobEscrow
    function jobOf(bytes32 jobId) external view returns (Job memory) {
        return _jobs[jobId];
    }

    /// @inheritdoc IJobEscrow
    function bookedOf(bytes32 jobId, address payee) external view returns (uint256) {
        Booking storage booking = _bookings[jobId][payee];
        return uint256(booking.waiting) + booking.releasable;
    }

    /// @dev Terms are checked before the first money comes in; later money of the same job has the same terms.
    function _requireFundable(bytes32 jobId, Terms calldata terms) private view {
        require(!_jobs[jobId].closed, JobIsClosed(jobId));
        require(block.timestamp < terms.leaseEnd, FundingClosed(block.timestamp, terms.leaseEnd));
        require(isTokenAllowed[terms.token], TokenNotAllowed(terms.token));
        require(terms.feeBps <= feeCeilingBps, FeeAboveCeiling(terms.feeBps, feeCeilingBps));
        require(terms.buyer != address(0), BadTerms("buyer"));
        require(terms.refundTo != address(0), BadTerms("refundTo"));
        require(terms.cap != 0, BadTerms("cap"));
        require(terms.maxLeases != 0, BadTerms("maxLeases"));
        require(terms.feeBps == 0 || terms.feeRecipient != address(0), BadTerms("feeRecipient"));
        // uint256 so that a deadline near the type's end is out of order rather than an arithmetic panic.
        uint256 gap = minGap;
        require(
            terms.captureDeadline >= terms.leaseEnd + gap && terms.claimDeadline >= terms.captureDeadline + gap
                && terms.reclaimAt >= terms.claimDeadline + gap,
            DeadlinesNotOrdered(terms.leaseEnd, terms.captureDeadline, terms.claimDeadline, terms.reclaimAt, minGap)
        );
    }

    function _fund(bytes32 jobId, Terms calldata terms, uint256 amount) private {
        Job storage job = _jobs[jobId];
        if (job.deposited == 0) {
            require(amount >= terms.cap, Underfunded(amount, terms.cap));
            emit JobOpened(jobId, terms);
        }
        require(amount != 0, NothingToMove());
        job.deposited += amount.toUint128();
        emit JobFunded(jobId, terms.buyer, terms.token, amount);
    }

    /// @dev Deploys the vault when it is first needed and brings its balance here; counts what arrived, not what was sent.
    function _drain(bytes32 jobId, address token) private returns (uint256 amount) {
        address vault = vaultOf(jobId);
        if (vault.code.length == 0) new JobVault{salt: jobId}();
        uint256 before = IERC20(token).balanceOf(address(this));
        JobVault(vault).drain(IERC20(token));
        amount = IERC20(token).balanceOf(address(this)) - before;
        require(amount != 0, NothingToMove());
    }

    function _openJob(bytes32 jobId) private view returns (Job storage job) {
        job = _jobs[jobId];
        require(job.deposited != 0, JobUnknown(jobId));
        require(!job.closed, JobIsClosed(jobId));
    }

    function _takeReserved(Job storage job, uint256 amount) private {
        require(amount <= job.reserved, InsufficientReserved(amount, job.reserved));
        job.reserved -= amount.toUint128();
    }

    /// @dev Moves what an acceptance has covered since the payee's last booking to the releasable side.
    function _roll(bytes32 jobId, address payee) private returns (Booking storage booking) {
        booking = _bookings[jobId][payee];
        uint64 round = _rounds[jobId];
        if (booking.round == round) return booking;
        booking.releasable += booking.waiting;
        booking.releasableFee += booking.waitingFee;
        (booking.waiting, booking.waitingFee, booking.round) = (0, 0, round);
    }

    function _close(bytes32 jobId, Terms calldata terms) private returns (uint256 refunded) {
        Job storage job = _openJob(jobId);
        // Booked money is out of reach: it belongs to providers and only waits.
        refunded = job.deposited - job.booked - job.paid - job.fees - job.refunded;
        job.reserved = 0;
        job.refunded += refunded.toUint128();
        job.closed = true;
        if (refunded != 0) emit JobRefunded(jobId, terms.refundTo, refunded);
        emit JobClosed(jobId);
        _push(terms.token, terms.refundTo, refunded);
    }

    function _credit(address account, address token, uint256 amount) private {
        if (amount == 0) return;
        balanceOf[account][token] += amount;
        emit BalanceCredited(account, token, amount);
    }

    /// @dev A push that fails (a blocked address, a paused token) becomes a credit; it never blocks the exit (rule 3).
    function _push(address token, address to, uint256 amount) private {
        if (amount != 0 && !IERC20(token).trySafeTransfer(to, amount)) _credit(to, token, amount);
    }
}
