// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IParameters} from "../interfaces/IParameters.sol";

/// @title The numbers of the market that may change, behind a timelock and inside hard bounds
/// @dev No way to change the timelock, the bounds or the code. What runs has its own copy of what it depends on.
contract Parameters is IParameters {
    uint256 private constant KEYS = uint256(type(Key).max) + 1;
    uint256 private constant UNIT = 10 ** 6;

    /// @inheritdoc IParameters
    address public immutable timelock;

    /// @inheritdoc IParameters
    mapping(address token => bool) public isTokenAllowed;
    /// @inheritdoc IParameters
    mapping(address account => bool) public isFeeRecipient;
    /// @inheritdoc IParameters
    mapping(address attester => bool) public isAttesterBanned;
    mapping(Key key => uint256) private _values;

    modifier onlyTimelock() {
        require(msg.sender == timelock, OnlyTimelock(msg.sender));
        _;
    }

    /// @param values one for each key, in the order of `Key`
    constructor(address timelock_, uint256[] memory values, address[] memory tokens, address[] memory feeRecipients) {
        timelock = timelock_;
        require(values.length == KEYS, WrongCount(values.length, KEYS));
        for (uint256 i = 0; i < KEYS; i++) _set(Key(i), values[i]);
        _requireOrdered();
        for (uint256 i = 0; i < tokens.length; i++) _allowToken(tokens[i], true);
        for (uint256 i = 0; i < feeRecipients.length; i++) _recognise(feeRecipients[i], true);
    }

    /// @inheritdoc IParameters
    function set(Key key, uint256 value) external onlyTimelock {
        _set(key, value);
        _requireOrdered();
    }

    /// @inheritdoc IParameters
    function allowToken(address token, bool allowed) external onlyTimelock {
        _allowToken(token, allowed);
    }

    /// @inheritdoc IParameters
    function recogniseFeeRecipient(address account, bool recognised) external onlyTimelock {
        _recognise(account, recognised);
    }

    /// @inheritdoc IParameters
    function banAttester(address attester) external onlyTimelock {
        isAttesterBanned[attester] = true;
        emit AttesterBanned(attester);
    }

    /// @inheritdoc IParameters
    function get(Key key) external view returns (uint256) {
        return _values[key];
    }

    /// @inheritdoc IParameters
    function leaseStake() external view returns (uint256) {
        return _values[Key.LeaseStake];
    }

    /// @inheritdoc IParameters
    function neverStartedPenalty() external view returns (uint256) {
        return _values[Key.NeverStartedPenalty];
    }

    /// @inheritdoc IParameters
    function startWindow() external view returns (uint64) {
        return uint64(_values[Key.StartWindow]); // bounded by a day
    }

    /// @inheritdoc IParameters
    function minGap() external view returns (uint64) {
        return uint64(_values[Key.MinGap]); // bounded by 30 days
    }

    /// @inheritdoc IParameters
    function feeCeilingBps() external view returns (uint256) {
        return _values[Key.FeeCeilingBps];
    }

    /// @inheritdoc IParameters
    function boundsOf(Key key) public pure returns (uint256 min, uint256 max) {
        // Stake: zero would make faults free only where nothing is at stake anyway; a wall of money would shut people out.
        if (key == Key.LeaseStake || key == Key.NeverStartedPenalty) return (0, 100_000 * UNIT);
        if (key == Key.AttesterStake || key == Key.ArbiterStake) return (UNIT, 100_000 * UNIT);
        if (key == Key.RequestFee || key == Key.SeatFee || key == Key.SeatPenalty) return (0, 1_000 * UNIT);
        if (key == Key.ClaimBond) return (1, 10_000 * UNIT);
        if (key == Key.WashFloor) return (1, 1_000_000 * UNIT);
        // No window is zero.
        if (key == Key.UnbondingDelay) return (1 hours, 90 days);
        if (key == Key.StartWindow) return (1 minutes, 1 days);
        if (key == Key.MinGap) return (10 minutes, 30 days);
        if (key == Key.AttestationSeconds) return (1 hours, 90 days);
        if (key == Key.RequestSeconds) return (5 minutes, 7 days);
        if (key == Key.CaseSeconds) return (10 minutes, 30 days);
        if (key == Key.MinCaseSeconds) return (5 minutes, 7 days);
        if (key == Key.FeeCeilingBps) return (0, 2_000);
        if (key == Key.ToleranceBps) return (10, 2_000);
        if (key == Key.BondBps) return (0, 2_000);
        if (key == Key.SlashBps) return (0, 10_000);
        if (key == Key.Quorum) return (1, 7);
        if (key == Key.AttesterPanel) return (1, 9);
        if (key == Key.FirstPanel) return (1, 7);
        return (1, 15); // AppealPanel
    }

    function _set(Key key, uint256 value) private {
        (uint256 min, uint256 max) = boundsOf(key);
        require(value >= min && value <= max, OutOfBounds(key, value, min, max));
        emit ParameterSet(key, _values[key], value);
        _values[key] = value;
    }

    /// @dev What must hold between values, whatever the timelock does: stake outlives any case, a case opened at the last
    /// moment fits before a job's reclaim, a quorum can be met by the panel, an appeal is heard by more than the first panel.
    function _requireOrdered() private view {
        _requireBelow(Key.CaseSeconds, 2, Key.UnbondingDelay);
        _requireBelow(Key.MinCaseSeconds, 1, Key.MinGap);
        _requireBelow(Key.MinCaseSeconds, 1, Key.CaseSeconds);
        _requireBelow(Key.Quorum, 1, Key.AttesterPanel);
        _requireBelow(Key.FirstPanel, 1, Key.AppealPanel);
        _requireBelow(Key.NeverStartedPenalty, 1, Key.LeaseStake);
    }

    function _requireBelow(Key smaller, uint256 times, Key larger) private view {
        require(_values[smaller] * times <= _values[larger], OutOfOrder(smaller, larger));
    }

    function _allowToken(address token, bool allowed) private {
        isTokenAllowed[token] = allowed;
        emit TokenAllowed(token, allowed);
    }

    function _recognise(address account, bool recognised) private {
        isFeeRecipient[account] = recognised;
        emit FeeRecipientRecognised(account, recognised);
    }
}
