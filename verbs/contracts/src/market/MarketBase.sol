// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IComputeAsset} from "../interfaces/IComputeAsset.sol";
import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {IMarketTypes} from "../interfaces/IMarketTypes.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IReputation} from "../interfaces/IReputation.sol";
import {IUsageVerifier} from "../interfaces/IUsageVerifier.sol";

/// @title What the parts of the market share: who they talk to, and the storage of listings and leases
/// @dev `Marketplace` and `MarketDesk` run on one storage. Everything both touch is declared here, and nothing before it,
/// so that the layouts agree; parts that only one of them has come after.
abstract contract MarketBase is IMarketTypes, ReentrancyGuardTransient {
    /// @param escrow     the only place with money
    /// @param reputation told what providers earned and broke
    struct Peers {
        IJobEscrow escrow;
        IComputeAsset asset;
        IProviderRegistry registry;
        IUsageVerifier verifier;
        IParameters parameters;
        IReputation reputation;
    }

    /// @dev Two slots of the three that the view would take.
    struct Posted {
        address token;
        uint96 pricePerSecond;
        uint40 endsAt;
        uint32 minSeconds;
        uint32 maxSeconds;
        uint32 version;
        uint32 noticeSeconds;
        bool active;
    }

    /// @param count how many leases the job has had
    /// @param open  how many of them are not closed
    struct JobLeases {
        uint128 count;
        uint128 open;
    }

    /// @param used  reserved since `since`; a new period starts with the first reservation after the last one ended
    struct SpendingCap {
        uint96 cap;
        uint96 used;
        uint32 periodSeconds;
        uint32 since;
    }

    IJobEscrow public immutable escrow;
    IComputeAsset public immutable asset;
    IProviderRegistry public immutable registry;
    IUsageVerifier public immutable verifier;
    IParameters public immutable parameters;
    IReputation public immutable reputation;

    mapping(uint256 assetId => Posted) internal _posted;
    mapping(bytes32 leaseId => Lease) internal _leases;
    /// @dev Never cleared, as clearing costs the next assignment a fresh slot: whether it is live is the lease's own state.
    mapping(uint256 assetId => bytes32) internal _lastLeaseOf;
    mapping(bytes32 jobId => JobLeases) internal _jobLeases;
    mapping(address buyer => mapping(address token => SpendingCap)) internal _spendingCaps;
    mapping(address buyer => uint256) internal _spendingNonces;
    /// @dev Paid by vouchers and counted as reputation.
    mapping(bytes32 jobId => mapping(address payee => uint256)) internal _countedVouchers;

    constructor(Peers memory peers) {
        escrow = peers.escrow;
        asset = peers.asset;
        registry = peers.registry;
        verifier = peers.verifier;
        parameters = peers.parameters;
        reputation = peers.reputation;
    }

    function _ownerOf(uint256 assetId) internal view returns (address) {
        return IERC721(address(asset)).ownerOf(assetId);
    }
}
