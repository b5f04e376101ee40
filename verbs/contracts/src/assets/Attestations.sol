// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAttestations} from "../interfaces/IAttestations.sol";
import {IComputeAsset} from "../interfaces/IComputeAsset.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {DrawnPool} from "../market/DrawnPool.sol";
import {SeedLib} from "../market/SeedLib.sol";
import {StakePool} from "../market/StakePool.sol";
import {MeasuresLib} from "./MeasuresLib.sol";

/// @title Measured capability of assets, signed by a quorum of staked attesters drawn for each request
contract Attestations is IAttestations, DrawnPool, EIP712 {
    using MeasuresLib for Measures;
    using SafeCast for uint256;

    /// @dev Where the half of a penalty goes that is not the reporter's: nobody may buy back its own penalty.
    address private constant NOBODY = 0x000000000000000000000000000000000000dEaD;

    IComputeAsset public immutable asset;
    IProviderRegistry public immutable registry;

    /// @notice Number of requests; ids are 1 to this.
    uint256 public requestCount;

    mapping(uint256 requestId => Request) private _requests;
    mapping(uint256 requestId => address[]) private _panels;
    mapping(uint256 requestId => Score) private _scores;
    mapping(uint256 requestId => mapping(address attester => bool)) private _punished;
    mapping(uint256 assetId => uint256) private _lastRequest;
    mapping(uint256 assetId => uint256) private _current;

    constructor(address stakeToken_, IParameters parameters_, IComputeAsset asset_, IProviderRegistry registry_)
        StakePool(stakeToken_, parameters_)
        EIP712("Gristmill Attestations", "1")
    {
        asset = asset_;
        registry = registry_;
    }

    /// @inheritdoc IAttestations
    function request(uint256 assetId) external nonReentrant returns (uint256 requestId) {
        address owner = IERC721(address(asset)).ownerOf(assetId);
        require(msg.sender == owner, NotAssetOwner(msg.sender, owner));
        // One at a time, so that an owner cannot draw many panels and use the one it likes.
        uint256 last = _lastRequest[assetId];
        require(last == 0 || _requests[last].done, RequestOpen(last));

        requestId = ++requestCount;
        _lastRequest[assetId] = requestId;
        Request storage made = _requests[requestId];
        made.assetId = assetId;
        made.manifest = asset.capabilityOf(assetId).manifest;
        made.requester = msg.sender;
        made.snapshot = uint48(block.number);
        made.seedBlock = SeedLib.nextBlock();
        made.deadline = uint64(block.timestamp + parameters.get(IParameters.Key.RequestSeconds));
        // All three are bounded far below their types.
        made.panel = uint8(parameters.get(IParameters.Key.AttesterPanel));
        made.quorum = uint8(parameters.get(IParameters.Key.Quorum));
        made.toleranceBps = uint16(parameters.get(IParameters.Key.ToleranceBps));
        uint256 fee = parameters.get(IParameters.Key.RequestFee);
        emit AttestationRequested(requestId, assetId, msg.sender, made.seedBlock, made.deadline);
        if (fee != 0) made.fee = _pull(msg.sender, fee).toUint128();
    }

    /// @inheritdoc IAttestations
    function fixSeed(uint256 requestId) external {
        Request storage open = _open(requestId);
        require(open.seed == 0, SeedAlreadyFixed(requestId));
        open.seed = keccak256(abi.encode(SeedLib.hashOf(open.seedBlock), address(this), requestId));
        _panels[requestId] = _draw(open.seed, open.panel, open.snapshot, _interested(open), true);
        emit SeedFixed(requestId, open.seed, _panels[requestId]);
    }

    /// @inheritdoc IAttestations
    function submit(uint256 requestId, SignedResult[] calldata results) external {
        Request storage open = _open(requestId);
        require(open.seed != 0, SeedNotFixed(requestId));
        require(block.timestamp <= open.deadline, RequestExpired(block.timestamp, open.deadline));
        require(results.length >= open.quorum, QuorumMissing(results.length, open.quorum));
        require(results.length <= open.panel, QuorumMissing(results.length, open.panel));

        address[] memory owners = _interested(open);
        Measures[] memory measured = new Measures[](results.length);
        address previous;
        for (uint256 i = 0; i < results.length; i++) {
            require(results[i].attester > previous, OutOfOrder(results[i].attester));
            previous = results[i].attester;
            _requireSigned(requestId, open, results[i]);
            // Once more: the asset may have been sold to an attester since the draw.
            require(!_contains(owners, owners.length, registry.registeredOwnerOf(previous)), NotDrawn(previous));
            measured[i] = results[i].measures;
        }
        Measures memory median = MeasuresLib.medianOf(measured);
        for (uint256 i = 0; i < results.length; i++) {
            (bool within, uint256 unit) = measured[i].isWithin(median, open.toleranceBps);
            require(within, OutOfTolerance(results[i].attester, unit, measured[i].get(unit), median.get(unit)));
        }
        open.done = true;
        uint64 expiresAt = uint64(block.timestamp + parameters.get(IParameters.Key.AttestationSeconds));
        _scores[requestId] = Score(median, open.manifest, uint64(block.timestamp), expiresAt, requestId);
        _current[open.assetId] = requestId;
        emit ScoreSet(open.assetId, requestId, median, expiresAt);

        uint256 share = open.fee / results.length;
        for (uint256 i = 0; i < results.length; i++) _moveToCredit(results[i].attester, share);
        _moveToCredit(open.requester, open.fee - share * results.length);
    }

    /// @inheritdoc IAttestations
    function close(uint256 requestId) external {
        Request storage open = _open(requestId);
        require(block.timestamp > open.deadline, TooEarly(block.timestamp, uint256(open.deadline) + 1));
        open.done = true;
        // Otherwise the fee is gone: an owner must not draw panels for nothing, or leave a seed unfixed, until it likes one.
        bool refund = open.seed != 0 && _panels[requestId].length < open.quorum;
        _moveToCredit(refund ? open.requester : NOBODY, open.fee);
        emit RequestClosed(requestId, refund ? open.fee : 0);
    }

    /// @inheritdoc IAttestations
    function reportOutlier(uint256 requestId, SignedResult calldata result) external {
        Request storage its = _requests[requestId];
        Score storage score = _scores[requestId];
        require(score.attestedAt != 0, RequestUnknown(requestId));
        _requireSigned(requestId, its, result);
        (bool within,) = result.measures.isWithin(score.measures, its.toleranceBps);
        require(!within, WithinTolerance(result.attester));
        _punish(requestId, result.attester);
    }

    /// @inheritdoc IAttestations
    function reportEquivocation(uint256 requestId, SignedResult calldata one, SignedResult calldata other) external {
        Request storage its = _requests[requestId];
        require(its.assetId != 0, RequestUnknown(requestId));
        require(one.attester == other.attester && one.measures.hash() != other.measures.hash(), SameResult(one.attester));
        _requireSigned(requestId, its, one);
        _requireSigned(requestId, its, other);
        _punish(requestId, one.attester);
        if (_current[its.assetId] == requestId) {
            delete _current[its.assetId];
            emit ScoreVoided(its.assetId, requestId);
        }
    }

    /// @inheritdoc IAttestations
    function levelOf(uint256 assetId) external view returns (uint8 level, uint64 attestedAt, uint64 expiresAt) {
        Score storage score = _scores[_current[assetId]];
        // A score speaks of the manifest it was asked for.
        bool stands = block.timestamp < score.expiresAt && score.manifest == asset.capabilityOf(assetId).manifest;
        return stands ? (1, score.attestedAt, score.expiresAt) : (0, 0, 0);
    }

    /// @inheritdoc IAttestations
    function scoreOf(uint256 assetId) external view returns (Score memory) {
        return _scores[_current[assetId]];
    }

    /// @inheritdoc IAttestations
    function requestOf(uint256 requestId) external view returns (Request memory) {
        return _requests[requestId];
    }

    /// @inheritdoc IAttestations
    function panelOf(uint256 requestId) external view returns (address[] memory) {
        return _panels[requestId];
    }

    function _open(uint256 requestId) private view returns (Request storage open) {
        open = _requests[requestId];
        require(open.assetId != 0, RequestUnknown(requestId));
        require(!open.done, RequestDone(requestId));
    }

    /// @dev Who must not attest: whoever stands behind the asset's owner, who asked, and the machine's provider.
    function _interested(Request storage open) private view returns (address[] memory owners) {
        owners = new address[](3);
        owners[0] = registry.registeredOwnerOf(IERC721(address(asset)).ownerOf(open.assetId));
        owners[1] = registry.registeredOwnerOf(open.requester);
        owners[2] = registry.registeredOwnerOf(asset.capabilityOf(open.assetId).node);
    }

    function _requireSigned(uint256 requestId, Request storage its, SignedResult calldata result) private view {
        address[] memory panel = _panels[requestId];
        require(_contains(panel, panel.length, result.attester), NotDrawn(result.attester));
        bytes32 digest = _hashTypedDataV4(
            keccak256(
                abi.encode(MeasuresLib.RESULT_TYPEHASH, requestId, its.assetId, its.seed, result.measures.hash())
            )
        );
        require(
            SignatureChecker.isValidSignatureNowCalldata(result.attester, digest, result.signature),
            BadResultSignature(result.attester)
        );
    }

    /// @dev Once for each request: the least stake of an attester, half to the reporter.
    function _punish(uint256 requestId, address attester) private {
        require(!_punished[requestId][attester], AlreadyPunished(requestId, attester));
        _punished[requestId][attester] = true;
        uint256 half = _leastStake() / 2;
        _slash(attester, half, msg.sender);
        _slash(attester, _leastStake() - half, NOBODY);
    }

    function _leastStake() internal view override returns (uint256) {
        return parameters.get(IParameters.Key.AttesterStake);
    }

    function _isBarred(address account) internal view override returns (bool) {
        return parameters.isAttesterBanned(account);
    }

    function _registry() internal view override returns (IProviderRegistry) {
        return registry;
    }
}
