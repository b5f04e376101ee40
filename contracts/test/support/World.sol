// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IArbiterPool} from "../../src/interfaces/IArbiterPool.sol";
import {IAttestations} from "../../src/interfaces/IAttestations.sol";
import {IComputeAsset} from "../../src/interfaces/IComputeAsset.sol";
import {IDisputeCourt} from "../../src/interfaces/IDisputeCourt.sol";
import {IJobEscrow} from "../../src/interfaces/IJobEscrow.sol";
import {IMarketplace} from "../../src/interfaces/IMarketplace.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IProviderRegistry} from "../../src/interfaces/IProviderRegistry.sol";
import {IReputation} from "../../src/interfaces/IReputation.sol";
import {Requirements, Terms} from "../../src/interfaces/ITerms.sol";
import {TestDollar} from "../../src/token/TestDollar.sol";
import {deployCode} from "./deployCode.sol";
import {vm} from "./Vm.sol";

/// @title The whole market, deployed as `deploy/plan.ts` does, with people who act in it
/// @dev The verifier says yes to every proof: what is tested is everything around one. Contracts come from their artifacts,
/// so that a change of one contract does not make every suite be built again.
abstract contract World {
    struct Peers {
        address escrow;
        address asset;
        address registry;
        address verifier;
        address parameters;
        address reputation;
    }

    uint256 public constant START = 1_700_000_000;
    uint256 public constant JOBS = 4;
    uint256 public constant PROVIDERS = 2;
    uint256 public constant ASSETS = 4;
    uint128 public constant CAP = 400_000;
    uint128 public constant PRICE = 100;
    uint16 public constant FEE_BPS = 100;
    uint256 internal constant USD = 1e6;
    uint256 internal constant BUYER_KEY = 0xB0B;
    uint256 internal constant NODE_KEY = 0xA0DE;
    uint256 internal constant NOTARY_KEY = 0xA07A;
    address public constant SCHEDULER = address(0x5C4ED);
    address public constant FEE_RECIPIENT = address(0xFEE);
    address public constant TIMELOCK = address(0x71);
    address public constant STRANGER = address(0x57A6);

    TestDollar public token;
    IParameters public parameters;
    IProviderRegistry public registry;
    IReputation public reputation;
    IJobEscrow public escrow;
    IComputeAsset public asset;
    IMarketplace public market;
    IAttestations public attestations;
    IArbiterPool public arbiters;
    IDisputeCourt public court;
    address public usageVerifier;

    bytes32[JOBS] public jobIds;

    constructor() {
        vm.warp(START);
        vm.roll(1000);
        _deployAll();
        for (uint256 i = 0; i < JOBS; i++) jobIds[i] = escrow.jobIdOf(terms(i));
        for (uint256 i = 0; i < PROVIDERS; i++) _joinProvider(i);
        _mintAssets();
    }

    // --- people ---

    function buyerKey(uint256 job) internal pure returns (uint256) {
        return BUYER_KEY + job % 2;
    }

    function buyer(uint256 job) public pure returns (address) {
        return vm.addr(buyerKey(job));
    }

    function refundTo(uint256 job) public pure returns (address) {
        return address(uint160(0x4EF0 + job % JOBS));
    }

    function provider(uint256 which) public pure returns (address) {
        return address(uint160(0x9001 + which % PROVIDERS));
    }

    function node(uint256 which) public pure returns (address) {
        return vm.addr(NODE_KEY + which % PROVIDERS);
    }

    function nodeKeyOf(address node_) internal pure returns (uint256) {
        return node_ == node(0) ? NODE_KEY : NODE_KEY + 1;
    }

    function terms(uint256 job) public view returns (Terms memory) {
        uint64 leaseEnd = uint64(START + 2 days);
        return Terms({
            buyer: buyer(job),
            refundTo: refundTo(job),
            salt: bytes32(job % JOBS),
            token: address(token),
            cap: CAP,
            pricePerSecondCap: 10 * PRICE,
            workload: bytes32(0),
            requirements: Requirements(0, 0, 0, 0, 0, 0, 0, 0),
            scheduler: SCHEDULER,
            notary: vm.addr(NOTARY_KEY),
            maxLeases: 1000,
            feeBps: FEE_BPS,
            feeRecipient: FEE_RECIPIENT,
            leaseEnd: leaseEnd,
            captureDeadline: leaseEnd + 2 hours,
            claimDeadline: leaseEnd + 4 hours,
            reclaimAt: leaseEnd + 6 hours
        });
    }

    // --- time ---

    function _now() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }

    function _pass(uint256 time) internal {
        vm.warp(_now() + time);
        vm.roll(vm.getBlockNumber() + 1 + time / 12);
    }

    // --- signatures ---

    function _domain(string memory name, address verifying) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256("1"),
                block.chainid,
                verifying
            )
        );
    }

    function _sign(uint256 key, string memory name, address verifying, bytes32 structHash)
        internal
        view
        returns (bytes memory)
    {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domain(name, verifying), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    // --- setting up ---

    function _give(address account, address spender, uint256 amount) internal {
        token.mint(account, amount);
        vm.prank(account);
        token.approve(spender, type(uint256).max);
    }

    function _joinProvider(uint256 which) private {
        uint256 deadline = START + 1 days;
        bytes32 typehash = keccak256("Pairing(address provider,address node,uint256 deadline)");
        bytes32 hash = keccak256(abi.encode(typehash, provider(which), node(which), deadline));
        bytes memory signature = _sign(NODE_KEY + which, "Gristmill Registry", address(registry), hash);
        vm.prank(provider(which));
        registry.addNode(node(which), deadline, signature);
        _give(provider(which), address(registry), 1000 * USD);
        vm.prank(provider(which));
        registry.stake(1000 * USD);
    }

    /// @dev 1: a whole GPU of two slices, 2 and 3: its slices, 4: an asset of the other node that shares with none.
    function _mintAssets() private {
        for (uint256 i = 0; i < ASSETS; i++) {
            uint256 owner = i == 3 ? 1 : 0;
            IComputeAsset.Capability[] memory capability = new IComputeAsset.Capability[](1);
            capability[0] = IComputeAsset.Capability({
                node: node(owner),
                manifest: keccak256("manifest"),
                gpuClass: keccak256("gpu"),
                gpuCount: 1,
                memoryBytes: 1 << 36,
                region: "DE",
                attestedUntil: uint64(START + 60 days)
            });
            uint128[] memory its = new uint128[](1);
            its[0] = unitsOf(i + 1);
            vm.prank(provider(owner));
            asset.mintSlices(capability, its);
        }
    }

    function unitsOf(uint256 assetId) public pure returns (uint128) {
        return assetId == 1 ? 3 : assetId == 2 ? 1 : assetId == 3 ? 2 : 0;
    }

    function _deployAll() private {
        token = new TestDollar();
        address[] memory tokens = new address[](1);
        tokens[0] = address(token);
        address[] memory recipients = new address[](1);
        recipients[0] = FEE_RECIPIENT;
        // The token was this contract's first; each other address follows from its place in this order.
        address registryAt = _at(3);
        address escrowAt = _at(7);
        address assetAt = _at(9);
        address marketAt = _at(14);
        address attestationsAt = _at(15);
        address arbitersAt = _at(16);
        address courtAt = _at(17);
        address parametersAt =
            deployCode("contracts/src/market/Parameters.sol:Parameters", abi.encode(TIMELOCK, _values(), tokens, recipients));
        deployCode("contracts/src/market/ProviderRegistry.sol:ProviderRegistry", abi.encode(token, parametersAt, marketAt, courtAt));
        address reputationAt =
            deployCode("contracts/src/market/Reputation.sol:Reputation", abi.encode(parametersAt, registryAt, marketAt, courtAt));
        address groth16 = deployCode("contracts/src/mocks/AcceptingVerifier.sol:AcceptingVerifier", "");
        usageVerifier = deployCode("contracts/src/verify/UsageVerifier.sol:UsageVerifier", abi.encode(groth16, groth16, groth16));
        deployCode("contracts/src/escrow/JobEscrow.sol:JobEscrow", abi.encode(marketAt, courtAt, parametersAt));
        address picture = deployCode("contracts/src/assets/AssetPicture.sol:AssetPicture", "");
        deployCode("contracts/src/assets/ComputeAsset.sol:ComputeAsset", abi.encode(marketAt, registryAt, attestationsAt, picture));
        Peers memory peers = Peers(escrowAt, assetAt, registryAt, usageVerifier, parametersAt, reputationAt);
        address models = deployCode("contracts/src/verify/ModelRegistry.sol:ModelRegistry", "");
        address inference = deployCode("contracts/src/verify/InferenceVerifier.sol:InferenceVerifier", abi.encode(models));
        address answers = deployCode("contracts/src/market/AnswerDesk.sol:AnswerDesk", abi.encode(peers, inference));
        address desk = deployCode("contracts/src/market/MarketDesk.sol:MarketDesk", abi.encode(peers, answers));
        deployCode("contracts/src/market/Marketplace.sol:Marketplace", abi.encode(peers, desk));
        deployCode("contracts/src/assets/Attestations.sol:Attestations", abi.encode(token, parametersAt, assetAt, registryAt));
        deployCode("contracts/src/dispute/ArbiterPool.sol:ArbiterPool", abi.encode(token, parametersAt, registryAt, courtAt));
        address courtIs = deployCode(
            "contracts/src/dispute/DisputeCourt.sol:DisputeCourt",
            abi.encode(arbitersAt, parametersAt, marketAt, escrowAt, registryAt, reputationAt)
        );
        require(courtIs == courtAt, "the market was deployed in another order");
        (parameters, registry, reputation) =
            (IParameters(parametersAt), IProviderRegistry(registryAt), IReputation(reputationAt));
        (escrow, asset, market) = (IJobEscrow(escrowAt), IComputeAsset(assetAt), IMarketplace(marketAt));
        (attestations, arbiters, court) =
            (IAttestations(attestationsAt), IArbiterPool(arbitersAt), IDisputeCourt(courtAt));
    }

    /// @dev Address of the n-th contract that this one makes (RLP of its address and a nonce below 128).
    function _at(uint8 nonce) private view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", address(this), nonce)))));
    }

    function _values() private pure returns (uint256[] memory values) {
        values = new uint256[](uint256(type(IParameters.Key).max) + 1);
        values[uint256(IParameters.Key.LeaseStake)] = 20 * USD;
        values[uint256(IParameters.Key.NeverStartedPenalty)] = 2 * USD;
        values[uint256(IParameters.Key.UnbondingDelay)] = 4 days;
        values[uint256(IParameters.Key.StartWindow)] = 10 minutes;
        values[uint256(IParameters.Key.MinGap)] = 1 hours;
        values[uint256(IParameters.Key.FeeCeilingBps)] = 1000;
        values[uint256(IParameters.Key.AttesterStake)] = 100 * USD;
        values[uint256(IParameters.Key.Quorum)] = 3;
        values[uint256(IParameters.Key.AttesterPanel)] = 5;
        values[uint256(IParameters.Key.ToleranceBps)] = 500;
        values[uint256(IParameters.Key.AttestationSeconds)] = 1 days;
        values[uint256(IParameters.Key.RequestSeconds)] = 30 minutes;
        values[uint256(IParameters.Key.RequestFee)] = 3 * USD;
        values[uint256(IParameters.Key.ArbiterStake)] = 100 * USD;
        values[uint256(IParameters.Key.SeatFee)] = USD;
        values[uint256(IParameters.Key.SeatPenalty)] = 2 * USD;
        values[uint256(IParameters.Key.FirstPanel)] = 3;
        values[uint256(IParameters.Key.AppealPanel)] = 7;
        values[uint256(IParameters.Key.ClaimBond)] = USD;
        values[uint256(IParameters.Key.BondBps)] = 500;
        values[uint256(IParameters.Key.SlashBps)] = 5000;
        values[uint256(IParameters.Key.CaseSeconds)] = 50 minutes;
        values[uint256(IParameters.Key.MinCaseSeconds)] = 10 minutes;
        values[uint256(IParameters.Key.WashFloor)] = 100 * USD;
    }
}
