// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {EscrowFunding} from "./EscrowFunding.sol";
import {VoucherLib} from "./VoucherLib.sol";

/// @title What buyers countersigned is paid at once, in runs
abstract contract EscrowVouchers is EscrowFunding {
    /// @inheritdoc IJobEscrow
    function redeem(address token, address payee, Voucher[] calldata vouchers, bool strict)
        external
        nonReentrant
        returns (uint256 amount)
    {
        uint256 run = VoucherLib.newRun(_domainSeparatorV4(), payee);
        uint256 number = _tokenNumbers[token];
        // The ordinary account: open, of the job's only payee, not closed, in this token, nothing booked by proofs.
        uint256 mask = BOUND << 96 | uint256(0xff) << 208
            | uint256(ACCOUNT_OPEN | ACCOUNT_SOLE | ACCOUNT_CLOSED) << 216;
        uint256 ordinary = number << 208 | uint256(ACCOUNT_OPEN | ACCOUNT_SOLE) << 216;
        // Nothing here overflows: amounts have 48 bits, and no block holds enough vouchers for a sum beyond 256.
        unchecked {
            for (uint256 i = 0; i < vouchers.length; i++) {
                Voucher calldata voucher;
                assembly ("memory-safe") {
                    voucher := add(vouchers.offset, shl(7, i)) // four words each; within the array by the loop's condition
                }
                uint256 slot = VoucherLib.slotOf(run, voucher);
                uint256 word;
                assembly ("memory-safe") {
                    word := sload(slot)
                }
                uint256 before = uint48(word >> 144);
                uint256 spent = voucher.spent < uint48(word) ? voucher.spent : uint48(word);
                if (word & mask == ordinary && spent > before) {
                    uint256 feeBps = uint16(word >> 192);
                    // No proof was booked, so vouchers paid everything: `_feeIn` of it, after less before.
                    bytes32 topic = VoucherRedeemed.selector;
                    word = (word & ~(BOUND << 144)) | (spent << 144);
                    assembly ("memory-safe") {
                        sstore(slot, word)
                        let whole := add(BPS, feeBps)
                        let fee := sub(div(mul(spent, feeBps), whole), div(mul(before, feeBps), whole))
                        amount := add(amount, sub(sub(spent, before), fee))
                        // emit VoucherRedeemed(jobId, spent), without taking memory for it
                        mstore(0, spent)
                        log2(0, 0x20, topic, calldataload(voucher))
                    }
                } else {
                    amount += _takeUnusual(bytes32(slot), payee, voucher, number, strict);
                }
            }
        }
        _pay(token, payee, amount);
    }

    /// @inheritdoc IJobEscrow
    function redeemWith(Terms calldata terms, address payee, uint256 spent, bytes calldata signature)
        external
        nonReentrant
        returns (uint256 amount)
    {
        bytes32 jobId = jobIdOf(terms);
        Head storage head = _openJob(jobId);
        bytes32 digest = _hashTypedDataV4(VoucherLib.structHash(jobId, payee, spent));
        require(
            SignatureChecker.isValidSignatureNowCalldata(terms.buyer, digest, signature),
            BadVoucher(jobId, Skipped.NotSigned)
        );
        bytes32 id = _accountFor(jobId, head, terms, payee);
        Skipped reason;
        (amount, spent, reason) = _take(jobId, id, spent, _at(id).token);
        require(reason == Skipped.None, BadVoucher(jobId, reason));
        emit VoucherRedeemed(jobId, spent);
        _pay(terms.token, payee, amount);
    }

    /// @dev Everything that is not the ordinary case, without its shortcuts.
    function _takeUnusual(bytes32 id, address payee, Voucher calldata voucher, uint256 number, bool strict)
        private
        returns (uint256 net)
    {
        bytes32 jobId = voucher.jobId;
        uint256 spent;
        Skipped reason;
        (net, spent, reason) = _take(jobId, id, voucher.spent, number);
        if (reason == Skipped.None) {
            emit VoucherRedeemed(jobId, spent);
        } else {
            require(!strict, BadVoucher(jobId, reason));
            emit VoucherSkipped(jobId, payee, reason);
        }
    }

    function _pay(address token, address payee, uint256 amount) private {
        emit VouchersPaid(payee, token, amount);
        _credit(payee, token, amount);
    }

    /// @dev Raises the account's spending to what the buyer signed, as far as the job's money goes.
    /// @return net   what the payee gets, fee taken off
    /// @return spent what the account has spent now, fee included
    function _take(bytes32 jobId, bytes32 id, uint256 signed, uint256 number)
        private
        returns (uint256 net, uint256 spent, Skipped reason)
    {
        Account storage account = _at(id);
        uint8 flags = account.flags;
        if (!_has(flags, ACCOUNT_OPEN)) return (0, 0, Skipped.NotSigned);
        if (account.token != number) return (0, 0, Skipped.OtherToken);
        if (_has(flags, ACCOUNT_CLOSED) || _has(_heads[jobId].flags, JOB_CLOSED)) return (0, 0, Skipped.Closed);
        uint256 before = account.spent;
        uint256 booked;
        bool countersigns;
        if (account.proven != 0) {
            if (signed > before) _mix(id, account);
            booked = _grossOf(id);
            countersigns = signed >= before && _countersign(jobId, id);
        }
        if (_has(flags, ACCOUNT_SOLE)) {
            spent = Math.max(before, Math.min(signed, account.limit));
            account.spent = uint48(spent);
        } else {
            spent = _takeShared(jobId, account, signed, booked);
        }
        if (spent == before) return (0, before, countersigns ? Skipped.None : Skipped.NothingNew);
        // The fee is a function of all that vouchers ever paid here, so cutting them small saves nobody anything.
        net = _netBetween(before - booked, spent - booked, account.feeBps);
    }

    /// @dev A job with several payees: up to what the others leave free.
    function _takeShared(bytes32 jobId, Account storage account, uint256 signed, uint256 booked)
        private
        returns (uint256 spent)
    {
        Totals storage totals = _totals[jobId];
        uint256 before = account.spent;
        uint256 own = _committed(account);
        // A limit below the commitments cannot be: caps never fall and `void` takes only what is free.
        spent = Math.min(signed, uint256(totals.limit) + own - totals.committed);
        if (spent <= before) return before;
        account.spent = uint48(spent);
        uint256 feeBps = account.feeBps;
        totals.committed = uint48(totals.committed + _committed(account) - own);
        totals.spent += uint48(spent - before);
        totals.voucherFees += uint48(_feeIn(spent - booked, feeBps) - _feeIn(before - booked, feeBps));
    }

    /// @dev A voucher that covers all that was spent is the buyer's acceptance of what is booked for this payee, also of
    /// what a claim holds: whoever claims has not signed, or has changed its mind.
    function _countersign(bytes32 jobId, bytes32 id) private returns (bool) {
        Booking storage booking = _roll(jobId, id);
        uint256 gross = _grossOf(id);
        if (booking.cleared == gross) return false;
        booking.cleared = uint48(gross);
        return true;
    }
}
