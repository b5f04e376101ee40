// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title The numbers of the market that may change, behind a timelock and inside hard bounds
/// @notice Read when a job is funded, a lease assigned, stake unbonded, a case opened; copied there. A change never reaches
/// what already runs. Money is in atomic units of the stake token, time in seconds, shares in basis points.
interface IParameters {
    /// @dev New keys go to the end: a key's number is part of the ABI.
    enum Key {
        LeaseStake, // least free stake of a provider at an assignment, locked for the lease
        NeverStartedPenalty, // what a lease that was accepted and never started costs, out of its locked stake
        UnbondingDelay, // stake leaves this long after it was asked for; longer than any case can reach back
        StartWindow, // how long a node has to start an assigned lease
        MinGap, // least gap between two deadlines of a job's terms
        FeeCeilingBps, // highest fee that terms may name
        AttesterStake, // least stake of an attester
        Quorum, // attesters that must agree on a score
        AttesterPanel, // attesters drawn for a request
        ToleranceBps, // how far a signed result may be from the median
        AttestationSeconds, // how long a score is valid
        RequestSeconds, // how long drawn attesters have to answer
        RequestFee, // what a request pays to the attesters who answer
        ArbiterStake, // least stake of an arbiter
        SeatFee, // what an arbiter earns for a coherent seat
        SeatPenalty, // what a silent or incoherent seat costs
        FirstPanel, // seats of the first panel
        AppealPanel, // seats of the appeal's panel
        ClaimBond, // least bond of a claim, over the seats' fees
        BondBps, // bond of a claim in the disputed amount, when that is more
        SlashBps, // stake a provider loses for a lost claim, of the claimed amount
        CaseSeconds, // length of a case with its appeal
        MinCaseSeconds, // least length when the job's deadlines leave less; a claim with less time reverts
        WashFloor // fees of one counterparty in one period that count in full towards reputation
    }

    event ParameterSet(Key indexed key, uint256 former, uint256 value);
    event TokenAllowed(address indexed token, bool allowed);
    event FeeRecipientRecognised(address indexed account, bool recognised);
    event AttesterBanned(address indexed attester);

    error OnlyTimelock(address caller);
    error OutOfBounds(Key key, uint256 got, uint256 min, uint256 max);
    /// @param smaller the parameter that must stay below `larger`
    error OutOfOrder(Key smaller, Key larger);
    error WrongCount(uint256 got, uint256 wanted);

    /// @notice The only account that changes anything here: a TimelockController, set for ever at deployment.
    function timelock() external view returns (address);
    /// @notice Only the timelock. Bounds are in code and cannot be changed.
    function set(Key key, uint256 value) external;
    /// @notice Only the timelock. A token taken off the list takes no new jobs; running ones are paid in it to the end.
    function allowToken(address token, bool allowed) external;
    /// @notice Only the timelock. Fees paid to these accounts count towards reputation: fees paid to oneself must not.
    function recogniseFeeRecipient(address account, bool recognised) external;
    /// @notice Only the timelock. The attester is drawn no more; its stake leaves by the ordinary way.
    function banAttester(address attester) external;

    function get(Key key) external view returns (uint256);
    function boundsOf(Key key) external pure returns (uint256 min, uint256 max);
    function isTokenAllowed(address token) external view returns (bool);
    function isFeeRecipient(address account) external view returns (bool);
    function isAttesterBanned(address attester) external view returns (bool);

    // --- the same values by name, for the market and the escrow ---
    function leaseStake() external view returns (uint256);
    function neverStartedPenalty() external view returns (uint256);
    function startWindow() external view returns (uint64);
    function minGap() external view returns (uint64);
    function feeCeilingBps() external view returns (uint256);
}
