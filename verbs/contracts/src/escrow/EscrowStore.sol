// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {TermsLib} from "./TermsLib.sol";

/// @title What the escrow remembers
/// @dev Every struct here is one storage slot. A payee's account is found from (job, buyer, payee): a voucher's recovered
/// signer hits its job's account or an empty one, so the terms need not be sent along. While a job has one payee (nearly
/// always) the account carries the job's limit too and redeeming touches this slot alone; a second payee moves the limit to
/// `Totals`, for good.
///
/// committed(account) = max(spent, proven + reserved); the sum over a job's payees never exceeds its limit.
abstract contract EscrowStore is IJobEscrow, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @param round number of acceptances: a booking of an earlier round is accepted, without a loop over payees
    struct Head {
        address buyer;
        uint48 deposited;
        uint16 round;
        uint16 feeBps;
        uint8 token;
        uint8 flags;
    }

    struct Account {
        uint48 limit;
        uint48 reserved;
        uint48 proven;
        uint48 spent;
        uint16 feeBps;
        uint8 token;
        uint8 flags;
    }

    /// @param payee  the first one
    /// @param booked of all payees, fee not included; kept only for jobs with several payees
    /// @param fees   on what was booked, as `booked`; vouchers' fees are a function of what they paid
    struct Tail {
        address payee;
        uint48 booked;
        uint48 fees;
    }

    /// @dev Only for jobs with several payees.
    struct Totals {
        uint48 limit;
        uint48 committed;
        uint48 spent;
        uint48 voucherFees;
    }

    /// @dev What became of a payee's booked money, fees included, as marks on one line from nothing to everything ever booked:
    /// released <= cleared <= booked. Booking moves none of them, so it does not touch this slot.
    /// @param gross    everything ever booked, kept only once vouchers paid here too; before that it is `Account.proven`
    /// @param cleared  up to here it waits for nothing: accepted, or past the claim window
    /// @param released up to here it has left
    /// @param feeBack  part of the fees that rulings returned
    /// @param round    acceptances seen, in a job with several payees
    struct Booking {
        uint48 gross;
        uint48 cleared;
        uint48 released;
        uint48 feeBack;
        uint16 round;
    }

    uint8 internal constant JOB_CLOSED = 1;
    uint8 internal constant JOB_ACCEPTED = 2;
    uint8 internal constant JOB_SHARED = 4;
    uint8 internal constant JOB_CAP_RAISED = 8;

    uint8 internal constant ACCOUNT_OPEN = 1;
    uint8 internal constant ACCOUNT_SOLE = 2;
    uint8 internal constant ACCOUNT_CLOSED = 4;
    uint8 internal constant ACCOUNT_HELD = 8;
    uint8 internal constant ACCOUNT_FEE_PAID = 16;
    /// @dev The buyer countersigned everything booked so far: of the job's only payee, as `JOB_ACCEPTED` is of several.
    uint8 internal constant ACCOUNT_ACCEPTED = 32;
    /// @dev Proofs and vouchers both paid here, so `Booking.gross` counts what proofs did.
    uint8 internal constant ACCOUNT_MIXED = 64;

    uint256 internal constant BOUND = type(uint48).max;
    uint256 internal constant BPS = 10_000;

    mapping(bytes32 jobId => Head) internal _heads;
    mapping(bytes32 jobId => Tail) internal _tails;
    mapping(bytes32 jobId => Totals) internal _totals;
    mapping(bytes32 accountId => Booking) internal _bookings;
    /// @dev Only for accounts of jobs with several payees.
    mapping(bytes32 accountId => bytes32) internal _sharedJobOf;
    mapping(bytes32 jobId => uint256) internal _raisedCaps;
    /// @dev Returned to the buyer by rulings; stays part of `spent`, so that an old voucher cannot undo a ruling.
    mapping(bytes32 jobId => uint256) internal _ruledBack;

    mapping(uint8 number => address) internal _tokenOf;

    /// @inheritdoc IJobEscrow
    mapping(address account => mapping(address token => uint256)) public balanceOf;

    /// @inheritdoc IJobEscrow
    function jobIdOf(Terms calldata terms) public view returns (bytes32) {
        return _hashTypedDataV4(TermsLib.hash(terms));
    }

    // --- accounts ---

    /// @dev A mapping by three keys, flat: the slot is keccak256(job, payee, buyer). No other slot of this contract is the hash
    /// of 96 bytes (mappings hash 64), and an empty slot is an account that is not open.
    function _accountId(bytes32 jobId, address buyer, address payee) internal pure returns (bytes32 id) {
        assembly ("memory-safe") {
            let m := mload(0x40) // free memory, used and not kept
            mstore(m, jobId)
            mstore(add(m, 0x20), payee)
            mstore(add(m, 0x40), buyer)
            id := keccak256(m, 0x60)
        }
    }

    function _at(bytes32 id) internal pure returns (Account storage account) {
        assembly ("memory-safe") {
            account.slot := id
        }
    }

    function _account(bytes32 jobId, address buyer, address payee) internal pure returns (Account storage) {
        return _at(_accountId(jobId, buyer, payee));
    }

    function _openJob(bytes32 jobId) internal view returns (Head storage head) {
        head = _heads[jobId];
        require(head.buyer != address(0), JobUnknown(jobId));
        require(!_has(head.flags, JOB_CLOSED), JobIsClosed(jobId));
    }

    /// @dev The payee's account; opened when this is the first time the job hears of it.
    function _accountFor(bytes32 jobId, Head storage head, Terms calldata terms, address payee)
        internal
        returns (bytes32 id)
    {
        id = _accountId(jobId, terms.buyer, payee);
        Account storage account = _at(id);
        if (_has(account.flags, ACCOUNT_OPEN)) return id;
        (account.feeBps, account.token, account.flags) = (head.feeBps, head.token, ACCOUNT_OPEN);
        Tail storage tail = _tails[jobId];
        if (tail.payee == address(0)) {
            tail.payee = payee;
            account.flags = ACCOUNT_OPEN | ACCOUNT_SOLE;
            account.limit = uint48(_limitOf(jobId, head, terms));
            if (_has(head.flags, JOB_ACCEPTED)) {
                head.flags &= ~JOB_ACCEPTED;
                account.flags |= ACCOUNT_ACCEPTED;
            }
            return id;
        }
        if (!_has(head.flags, JOB_SHARED)) _share(jobId, head, tail);
        _sharedJobOf[id] = jobId;
    }

    /// @dev The job gets its second payee: what concerns all of them moves out of the first one's account.
    function _share(bytes32 jobId, Head storage head, Tail storage tail) private {
        bytes32 id = _accountId(jobId, head.buyer, tail.payee);
        Account storage first = _at(id);
        _totals[jobId] = Totals(first.limit, uint48(_committed(first)), first.spent, uint48(_voucherFeeOf(id)));
        (uint256 booked, uint256 fees) = _bookedOf(id);
        (tail.booked, tail.fees) = (uint48(booked), uint48(fees));
        head.flags |= _has(first.flags, ACCOUNT_ACCEPTED) ? JOB_SHARED | JOB_ACCEPTED : JOB_SHARED;
        (first.limit, first.flags) = (0, first.flags & ~(ACCOUNT_SOLE | ACCOUNT_ACCEPTED));
        _sharedJobOf[id] = jobId;
    }

    /// @dev Most that the job's payees may have together: what came in, up to the cap. More than that is the buyer's.
    function _limitOf(bytes32 jobId, Head storage head, Terms calldata terms) internal view returns (uint256) {
        return Math.min(head.deposited, _capOf(jobId, head, terms));
    }

    function _capOf(bytes32 jobId, Head storage head, Terms calldata terms) internal view returns (uint256) {
        return _has(head.flags, JOB_CAP_RAISED) ? _raisedCaps[jobId] : terms.cap;
    }

    function _committed(Account storage account) internal view returns (uint256) {
        return Math.max(account.spent, uint256(account.proven) + account.reserved);
    }

    /// @dev Limit, commitment and spending of the whole job.
    function _sums(bytes32 jobId, Head storage head) internal view returns (uint256 committed, uint256 spent) {
        if (_has(head.flags, JOB_SHARED)) return (_totals[jobId].committed, _totals[jobId].spent);
        address payee = _tails[jobId].payee;
        if (payee == address(0)) return (0, 0);
        Account storage account = _account(jobId, head.buyer, payee);
        return (_committed(account), account.spent);
    }

    // --- bookings ---

    /// @dev Everything that proofs ever booked for the account, fees included.
    function _grossOf(bytes32 id) internal view returns (uint256) {
        Account storage account = _at(id);
        return _has(account.flags, ACCOUNT_MIXED) ? _bookings[id].gross : account.proven;
    }

    /// @dev Booked and not yet released, and the fees on all that was booked, less what rulings returned.
    function _bookedOf(bytes32 id) internal view returns (uint256 booked, uint256 fees) {
        Booking storage booking = _bookings[id];
        uint256 gross = _grossOf(id);
        uint256 feeBps = _at(id).feeBps;
        booked = _netBetween(booking.released, gross, feeBps);
        fees = _feeIn(gross, feeBps) - booking.feeBack;
    }

    /// @dev The fee on what vouchers paid.
    function _voucherFeeOf(bytes32 id) internal view returns (uint256) {
        Account storage account = _at(id);
        return _feeIn(account.spent - _grossOf(id), account.feeBps);
    }

    /// @dev From here on proofs and vouchers are counted apart.
    function _mix(bytes32 id, Account storage account) internal {
        if (_has(account.flags, ACCOUNT_MIXED)) return;
        _bookings[id].gross = account.proven;
        account.flags |= ACCOUNT_MIXED;
    }

    /// @dev Clears what an acceptance of the job's several payees has covered since this account was last looked at.
    function _roll(bytes32 jobId, bytes32 id) internal returns (Booking storage booking) {
        booking = _bookings[id];
        uint16 round = _heads[jobId].round;
        if (booking.round == round) return booking;
        booking.round = round;
        booking.cleared = uint48(_grossOf(id));
    }

    // --- arithmetic ---

    /// @dev The fee within `gross`, rounded down. Exactly the fee of one amount: feeIn(a + fee(a)) = fee(a).
    function _feeIn(uint256 gross, uint256 feeBps) internal pure returns (uint256) {
        return gross * feeBps / (BPS + feeBps);
    }

    /// @dev The payee's part between two marks of a line with fees.
    function _netBetween(uint256 from, uint256 to, uint256 feeBps) internal pure returns (uint256) {
        return (to - from) - (_feeIn(to, feeBps) - _feeIn(from, feeBps));
    }

    function _has(uint8 flags, uint8 flag) internal pure returns (bool) {
        return flags & flag != 0;
    }

    function _bounded(uint256 amount) internal pure returns (uint48) {
        require(amount <= BOUND, AmountAboveBound(amount, BOUND));
        return uint48(amount);
    }

    // --- money out ---

    function _credit(address account, address token, uint256 amount) internal {
        if (amount == 0) return;
        balanceOf[account][token] += amount;
        emit BalanceCredited(account, token, amount);
    }

    /// @dev A push that fails (a blocked address, a paused token) becomes a credit; it never blocks the exit (rule 3).
    function _push(address token, address to, uint256 amount) internal {
        if (amount != 0 && !IERC20(token).trySafeTransfer(to, amount)) _credit(to, token, amount);
    }
}
