// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title What a provider has earned and broken, weighted so that trading with oneself costs more than it gains
/// @notice A score is in atomic units of the stake token: never more than half of the fees that buyers without stake paid
/// for it, never more than the fees that staked ones did. It halves every period of 30 days.
interface IReputation {
    /// Why a provider is marked down.
    enum Fault {
        NeverStarted,
        NodeLost,
        RulingLost
    }

    /// @param settledValue everything released to the provider, never decays
    /// @param leases       leases settled without a fault
    /// @param disputes     cases opened on the provider's leases
    struct Record {
        uint128 settledValue;
        uint32 leases;
        uint32 neverStarted;
        uint32 nodeLost;
        uint32 rulingsLost;
        uint32 disputes;
    }

    event Settled(address indexed provider, address indexed buyer, uint256 amount, uint256 points);
    event FaultRecorded(address indexed provider, Fault kind, uint256 score);
    event DisputeRecorded(address indexed provider);

    error OnlyRecorder(address caller);

    /// @notice Market only. Counts settled value; without a fee paid to a recognised recipient it earns no points.
    function recordSettled(address provider, address buyer, uint256 amount) external;
    /// @notice Market only. The same with the fee that was paid, which earns points when `feeRecipient` is recognised.
    function recordSettled(address provider, address buyer, uint256 amount, uint256 fee, address feeRecipient) external;
    /// @notice Market or court. `kind` is a `Fault`: never started and node lost cost an eighth of the score, a lost ruling half.
    function recordFault(address provider, uint8 kind) external;
    /// @notice Court only.
    function recordDispute(address provider) external;

    function scoreOf(address provider) external view returns (uint256);
    function recordOf(address provider) external view returns (Record memory);
    /// @notice Share of leases that ran to their end, basis points; 10,000 for a provider without any.
    function uptimeBpsOf(address provider) external view returns (uint256);
}
