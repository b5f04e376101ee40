// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IERC3009Receive} from "../interfaces/IERC3009Receive.sol";
import {IEscrowParameters} from "../interfaces/IEscrowParameters.sol";
import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {EscrowStore} from "./EscrowStore.sol";
import {JobVault} from "./JobVault.sol";

/// @title Money into jobs, and unneeded money back out
abstract contract EscrowFunding is EscrowStore {
    using SafeERC20 for IERC20;

    bytes32 private constant CAP_TYPEHASH = keccak256("Cap(bytes32 jobId,uint256 cap)");

    /// @inheritdoc IJobEscrow
    bytes32 public constant vaultInitCodeHash = keccak256(type(JobVault).creationCode);

    IEscrowParameters public immutable parameters;

    /// @dev From one on, given when a token is first funded with: an account's slot has room for a number, not an address.
    mapping(address token => uint8) internal _tokenNumbers;
    uint8 private _tokens;

    constructor(IEscrowParameters parameters_) {
        parameters = parameters_;
    }

    /// @inheritdoc IJobEscrow
    function isTokenAllowed(address token) public view returns (bool) {
        return parameters.isTokenAllowed(token);
    }

    /// @inheritdoc IJobEscrow
    function feeCeilingBps() public view returns (uint256) {
        return parameters.feeCeilingBps();
    }

    /// @inheritdoc IJobEscrow
    function minGap() public view returns (uint64) {
        return parameters.minGap();
    }

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
    function depositFrom(Terms calldata terms, uint256 amount) external nonReentrant returns (bytes32 jobId) {
        jobId = jobIdOf(terms);
        _requireFundable(jobId, terms);
        _fund(jobId, terms, _pull(terms.token, amount));
    }

    /// @inheritdoc IJobEscrow
    function topUp(Terms calldata terms, uint256 amount, uint256 newCap, bytes calldata capSignature)
        external
        nonReentrant
        returns (bytes32 jobId)
    {
        jobId = jobIdOf(terms);
        Head storage head = _openJob(jobId);
        _requireFundable(jobId, terms);
        require(amount != 0 || newCap != 0, NothingToMove());
        if (newCap != 0) _raiseCap(jobId, head, terms, newCap, capSignature);
        if (amount != 0) _fund(jobId, terms, _pull(terms.token, amount));
        else _setLimit(jobId, head, terms);
    }

    /// @inheritdoc IJobEscrow
    function void(Terms calldata terms, uint256 amount) external nonReentrant returns (uint256 returned) {
        bytes32 jobId = jobIdOf(terms);
        Head storage head = _openJob(jobId);
        require(msg.sender == terms.buyer, OnlyBuyer(msg.sender, terms.buyer));
        (uint256 committed,) = _sums(jobId, head);
        uint256 free = head.deposited - committed;
        returned = amount == 0 ? free : amount;
        require(returned <= free, InsufficientFree(returned, free));
        require(returned != 0, NothingToMove());
        head.deposited -= uint48(returned);
        _setLimit(jobId, head, terms);
        emit JobRefunded(jobId, terms.refundTo, returned);
        _push(terms.token, terms.refundTo, returned);
    }

    /// @inheritdoc IJobEscrow
    function returnVault(Terms calldata terms, address token) external nonReentrant returns (uint256 amount) {
        bytes32 jobId = jobIdOf(terms);
        // The owner of the money may always fetch what was not swept: terms that no sweep would take (a token that is
        // not allowed, deadlines out of order) must not lock a payment.
        bool free = token != terms.token || _has(_heads[jobId].flags, JOB_CLOSED) || msg.sender == terms.refundTo
            || msg.sender == terms.buyer;
        require(free || block.timestamp >= terms.leaseEnd, TooEarly(block.timestamp, terms.leaseEnd));
        amount = _drain(jobId, token);
        emit VaultReturned(jobId, token, terms.refundTo, amount);
        _push(token, terms.refundTo, amount);
    }

    /// @inheritdoc IJobEscrow
    function vaultOf(bytes32 jobId) public view returns (address) {
        return Create2.computeAddress(jobId, vaultInitCodeHash);
    }

    /// @dev Terms are checked before the first money comes in; later money of the same job has the same terms.
    function _requireFundable(bytes32 jobId, Terms calldata terms) private view {
        Head storage head = _heads[jobId];
        require(!_has(head.flags, JOB_CLOSED), JobIsClosed(jobId));
        require(block.timestamp < terms.leaseEnd, FundingClosed(block.timestamp, terms.leaseEnd));
        // Parameters bind new jobs: a running one is filled up under the terms it opened with.
        if (head.buyer != address(0)) return;
        require(isTokenAllowed(terms.token), TokenNotAllowed(terms.token));
        uint256 ceiling = feeCeilingBps();
        require(terms.feeBps <= ceiling, FeeAboveCeiling(terms.feeBps, ceiling));
        require(terms.buyer != address(0), BadTerms("buyer"));
        require(terms.refundTo != address(0), BadTerms("refundTo"));
        require(terms.cap != 0, BadTerms("cap"));
        _bounded(terms.cap);
        require(terms.maxLeases != 0, BadTerms("maxLeases"));
        require(terms.feeBps == 0 || terms.feeRecipient != address(0), BadTerms("feeRecipient"));
        // uint256 so that a deadline near the type's end is out of order rather than an arithmetic panic.
        uint64 gap = minGap();
        require(
            terms.captureDeadline >= uint256(terms.leaseEnd) + gap
                && terms.claimDeadline >= uint256(terms.captureDeadline) + gap
                && terms.reclaimAt >= uint256(terms.claimDeadline) + gap,
            DeadlinesNotOrdered(terms.leaseEnd, terms.captureDeadline, terms.claimDeadline, terms.reclaimAt, gap)
        );
    }

    function _fund(bytes32 jobId, Terms calldata terms, uint256 amount) private {
        Head storage head = _heads[jobId];
        require(amount != 0, NothingToMove());
        if (head.buyer == address(0)) {
            require(amount >= terms.cap, Underfunded(amount, terms.cap));
            _heads[jobId] = Head(terms.buyer, _bounded(amount), 0, terms.feeBps, _numberOf(terms.token), 0);
            emit JobOpened(jobId, terms);
        } else {
            head.deposited = _bounded(head.deposited + amount);
            _setLimit(jobId, head, terms);
        }
        emit JobFunded(jobId, terms.buyer, terms.token, amount);
    }

    /// @dev Reverts at the 256th token ever, which the allow-list's timelock would have to want.
    function _numberOf(address token) private returns (uint8 number) {
        number = _tokenNumbers[token];
        if (number != 0) return number;
        _tokenNumbers[token] = number = ++_tokens;
        _tokenOf[number] = token;
    }

    function _raiseCap(bytes32 jobId, Head storage head, Terms calldata terms, uint256 newCap, bytes calldata signature) private {
        uint256 current = _capOf(jobId, head, terms);
        require(newCap > current, CapNotRaised(newCap, current));
        if (msg.sender != terms.buyer) {
            bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(CAP_TYPEHASH, jobId, newCap)));
            require(
                SignatureChecker.isValidSignatureNowCalldata(terms.buyer, digest, signature), BadCapSignature(terms.buyer)
            );
        }
        head.flags |= JOB_CAP_RAISED;
        _raisedCaps[jobId] = _bounded(newCap);
        emit CapRaised(jobId, newCap);
    }

    /// @dev Where the limit is kept: nowhere before the first lease, with the payee, or with the totals.
    function _setLimit(bytes32 jobId, Head storage head, Terms calldata terms) private {
        uint48 limit = uint48(_limitOf(jobId, head, terms));
        if (_has(head.flags, JOB_SHARED)) _totals[jobId].limit = limit;
        else if (_tails[jobId].payee != address(0)) _account(jobId, head.buyer, _tails[jobId].payee).limit = limit;
    }

    function _pull(address token, uint256 amount) private returns (uint256) {
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        return IERC20(token).balanceOf(address(this)) - before;
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
}
