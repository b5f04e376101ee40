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
        bytes32 domain = _domainSeparatorV4();
        uint256 number = _tokenNumbers[token];
        for (uint256 i = 0; i < vouchers.length; i++) {
            Voucher calldata voucher = vouchers[i];
            bytes32 jobId = voucher.jobId;
            address buyer = VoucherLib.signerOf(domain, payee, voucher);
            (uint256 net, uint256 spent, Skipped reason) =
                _take(jobId, _accounts[_key(jobId, buyer, payee)], payee, voucher.spent, number);
            if (reason == Skipped.None) {
                // A sum of 48-bit amounts: more vouchers than any block holds could not overflow it.
                unchecked {
                    amount += net;
                }
                emit VoucherRedeemed(jobId, spent);
            } else {
                require(!strict, BadVoucher(jobId, reason));
                emit VoucherSkipped(jobId, payee, reason);
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
        Account storage account = _accountFor(jobId, head, terms, payee);
        Skipped reason;
        (amount, spent, reason) = _take(jobId, account, payee, spent, account.token);
        require(reason == Skipped.None, BadVoucher(jobId, reason));
        emit VoucherRedeemed(jobId, spent);
        _pay(terms.token, payee, amount);
    }

    function _pay(address token, address payee, uint256 amount) private {
        emit VouchersPaid(payee, token, amount);
        _credit(payee, token, amount);
    }

    /// @dev Raises the account's spending to what the buyer signed, as far as the job's money goes.
    /// @return net   what the payee gets, fee taken off
    /// @return spent what the account has spent now, fee included
    function _take(bytes32 jobId, Account storage account, address payee, uint256 signed, uint256 number)
        private
        returns (uint256 net, uint256 spent, Skipped reason)
    {
        // One read: the struct's fields one by one would be one each.
        uint256 word;
        assembly ("memory-safe") {
            word := sload(account.slot)
        }
        uint8 flags = uint8(word >> 216);
        if (!_has(flags, ACCOUNT_OPEN)) return (0, 0, Skipped.NotSigned);
        if (uint8(word >> 208) != number) return (0, 0, Skipped.OtherToken);
        if (_has(flags, ACCOUNT_CLOSED)) return (0, 0, Skipped.Closed);
        uint256 before = uint48(word >> 144);
        bool countersigns;
        uint256 booked;
        if (uint48(word >> 96) != 0) {
            countersigns = signed >= before && !_closedShared(jobId, flags) && _countersign(jobId, payee);
            booked = _bookings[jobId][payee].gross;
        }
        if (_has(flags, ACCOUNT_SOLE)) {
            spent = Math.min(signed, uint48(word));
            if (spent <= before) return (0, before, countersigns ? Skipped.None : Skipped.NothingNew);
            uint256 changed = (word & ~(BOUND << 144)) | (spent << 144);
            assembly ("memory-safe") {
                sstore(account.slot, changed)
            }
        } else {
            if (_closedShared(jobId, flags)) return (0, 0, Skipped.Closed);
            spent = _takeShared(jobId, account, signed, booked);
            if (spent <= before) return (0, before, countersigns ? Skipped.None : Skipped.NothingNew);
        }
        uint256 feeBps = uint16(word >> 192);
        // The fee is a function of all that vouchers ever paid here, so cutting them small saves nobody anything.
        net = (spent - before) - (_feeIn(spent - booked, feeBps) - _feeIn(before - booked, feeBps));
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
    function _countersign(bytes32 jobId, address payee) private returns (bool) {
        Booking storage booking = _roll(jobId, payee);
        if (booking.waiting == 0 && booking.waitingFee == 0) return false;
        _acceptWaiting(booking);
        return true;
    }

    function _closedShared(bytes32 jobId, uint8 flags) private view returns (bool) {
        return !_has(flags, ACCOUNT_SOLE) && _has(_heads[jobId].flags, JOB_CLOSED);
    }
}
