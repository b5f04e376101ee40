// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IParameters} from "../interfaces/IParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IReputation} from "../interfaces/IReputation.sol";

/// @title What a provider has earned and broken
/// @dev Fees of one buyer in one period: the first `floor` count in full, what is above as a square root:
///
///     g(f) = f                 for f <= floor
///     g(f) = sqrt(floor * f)   above (continuous at floor, and g(f) <= f everywhere)
///
/// points = g(f) * w / 2, w = 1 for a buyer without stake up to 2 for one with the stake of an arbiter. So whatever is
/// traded with whom, points <= fees paid to recognised recipients, who are not the trader.
contract Reputation is IReputation {
    using SafeCast for uint256;

    uint256 public constant PERIOD = 30 days;
    uint256 private constant BPS = 10_000;

    struct Standing {
        uint128 points;
        uint64 period;
    }

    struct Trade {
        uint128 fees;
        uint64 period;
    }

    address public immutable market;
    address public immutable court;
    IParameters public immutable parameters;
    IProviderRegistry public immutable registry;

    mapping(address provider => Record) private _records;
    mapping(address provider => Standing) private _standings;
    /// @dev By the registered owners of both: many accounts of one owner are one counterparty.
    mapping(address provider => mapping(address buyer => Trade)) private _trades;

    modifier onlyMarket() {
        require(msg.sender == market, OnlyRecorder(msg.sender));
        _;
    }

    constructor(IParameters parameters_, IProviderRegistry registry_, address market_, address court_) {
        parameters = parameters_;
        registry = registry_;
        market = market_;
        court = court_;
    }

    /// @inheritdoc IReputation
    function recordSettled(address provider, address buyer, uint256 amount) external onlyMarket {
        _recordSettled(provider, buyer, amount, 0);
    }

    /// @inheritdoc IReputation
    function recordSettled(address provider, address buyer, uint256 amount, uint256 fee, address feeRecipient)
        external
        onlyMarket
    {
        // A fee that comes back to the trader is no price: only recipients that the timelock recognised count.
        bool counts = parameters.isFeeRecipient(feeRecipient);
        _recordSettled(provider, buyer, amount, counts ? fee : 0);
    }

    /// @inheritdoc IReputation
    function recordFault(address provider, uint8 kind) external {
        require(msg.sender == market || msg.sender == court, OnlyRecorder(msg.sender));
        Record storage record = _records[provider];
        Fault fault = Fault(kind);
        if (fault == Fault.NeverStarted) record.neverStarted++;
        else if (fault == Fault.NodeLost) record.nodeLost++;
        else record.rulingsLost++;
        Standing storage standing = _roll(provider);
        standing.points -= standing.points / (fault == Fault.RulingLost ? 2 : 8);
        emit FaultRecorded(provider, fault, standing.points);
    }

    /// @inheritdoc IReputation
    function recordDispute(address provider) external {
        require(msg.sender == court, OnlyRecorder(msg.sender));
        _records[provider].disputes++;
        emit DisputeRecorded(provider);
    }

    /// @inheritdoc IReputation
    function scoreOf(address provider) external view returns (uint256) {
        Standing storage standing = _standings[provider];
        return _decayed(standing.points, _period() - standing.period);
    }

    /// @inheritdoc IReputation
    function recordOf(address provider) external view returns (Record memory) {
        return _records[provider];
    }

    /// @inheritdoc IReputation
    function uptimeBpsOf(address provider) external view returns (uint256) {
        Record storage record = _records[provider];
        uint256 all = uint256(record.leases) + record.neverStarted + record.nodeLost;
        return all == 0 ? BPS : record.leases * BPS / all;
    }

    function _recordSettled(address provider, address buyer, uint256 amount, uint256 fee) private {
        Record storage record = _records[provider];
        record.settledValue += amount.toUint128();
        record.leases++;
        uint256 points = fee == 0 ? 0 : _pointsFor(provider, buyer, fee);
        if (points != 0) _roll(provider).points += points.toUint128();
        emit Settled(provider, buyer, amount, points);
    }

    function _pointsFor(address provider, address buyer, uint256 fee) private returns (uint256) {
        address seller = registry.registeredOwnerOf(provider);
        address payer = registry.registeredOwnerOf(buyer);
        if (seller == payer) return 0;
        Trade storage trade = _trades[seller][payer];
        uint64 period = _period();
        if (trade.period != period) (trade.period, trade.fees) = (period, 0);
        uint256 former = trade.fees;
        trade.fees = (former + fee).toUint128();

        uint256 gained = _diminished(former + fee) - _diminished(former);
        (uint256 free, uint256 locked) = registry.stakeOf(buyer);
        uint256 full = parameters.get(IParameters.Key.ArbiterStake);
        // Rounded down: points never exceed the fee.
        return gained * (full + Math.min(free + locked, full)) / (2 * full);
    }

    function _diminished(uint256 fees) private view returns (uint256) {
        uint256 floor = parameters.get(IParameters.Key.WashFloor);
        return fees <= floor ? fees : Math.sqrt(floor * fees);
    }

    function _roll(address provider) private returns (Standing storage standing) {
        standing = _standings[provider];
        uint64 period = _period();
        standing.points = _decayed(standing.points, period - standing.period).toUint128();
        standing.period = period;
    }

    function _decayed(uint256 points, uint256 periods) private pure returns (uint256) {
        return periods > 127 ? 0 : points >> periods;
    }

    function _period() private view returns (uint64) {
        return uint64(block.timestamp / PERIOD);
    }
}
