// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IStakePool} from "./IStakePool.sol";

/// @title Measured capability of assets, signed by a quorum of staked attesters drawn for each request
interface IAttestations is IStakePool {
    /// @notice Measured, not nominal. GFLOPS are 10^9 operations a second, memory GB/s and Mb/s are decimal.
    struct Measures {
        uint64 fp32Gflops;
        uint64 fp16Gflops;
        uint64 int8Gops;
        uint64 vramBytes;
        uint32 memoryGBps;
        uint32 cpuCores;
        uint32 networkMbps;
    }

    /// @notice EIP-712 `Result(uint256 requestId,uint256 assetId,bytes32 seed,Measures measures)`, domain "Gristmill Attestations" 1.
    struct SignedResult {
        address attester;
        Measures measures;
        bytes signature;
    }

    /// @param snapshot  block whose stakes the draw weighs, and
    /// @param seedBlock a later one whose hash decides it (rule of money 11)
    struct Request {
        uint256 assetId;
        bytes32 manifest;
        address requester;
        uint48 snapshot;
        uint48 seedBlock;
        uint64 deadline;
        uint8 panel;
        uint8 quorum;
        uint16 toleranceBps;
        uint128 fee;
        bytes32 seed;
        bool done;
    }

    struct Score {
        Measures measures;
        bytes32 manifest;
        uint64 attestedAt;
        uint64 expiresAt;
        uint256 requestId;
    }

    event AttestationRequested(uint256 indexed requestId, uint256 indexed assetId, address indexed requester, uint48 seedBlock, uint64 deadline);
    event SeedFixed(uint256 indexed requestId, bytes32 seed, address[] panel);
    event ScoreSet(uint256 indexed assetId, uint256 indexed requestId, Measures measures, uint64 expiresAt);
    event ScoreVoided(uint256 indexed assetId, uint256 indexed requestId);
    event RequestClosed(uint256 indexed requestId, uint256 refunded);

    error NotAssetOwner(address caller, address owner);
    error RequestOpen(uint256 requestId);
    error RequestUnknown(uint256 requestId);
    error RequestDone(uint256 requestId);
    error SeedNotFixed(uint256 requestId);
    error SeedAlreadyFixed(uint256 requestId);
    error RequestExpired(uint256 timestamp, uint256 deadline);
    error TooEarly(uint256 timestamp, uint256 notBefore);
    error QuorumMissing(uint256 got, uint256 wanted);
    error NotDrawn(address attester);
    error OutOfOrder(address attester);
    error BadResultSignature(address attester);
    error OutOfTolerance(address attester, uint256 unit, uint256 got, uint256 median);
    error WithinTolerance(address attester);
    error SameResult(address attester);
    error AlreadyPunished(uint256 requestId, address attester);

    /// @notice By the asset's owner: pays the fee, fixes the block whose hash is the seed.
    function request(uint256 assetId) external returns (uint256 requestId);
    /// @notice Anybody, once the seed's block exists: stores its hash and draws the panel.
    function fixSeed(uint256 requestId) external;
    /// @notice Anybody: `quorum` or more results of drawn attesters, by rising address; the score is the median of each unit.
    function submit(uint256 requestId, SignedResult[] calldata results) external;
    /// @notice Anybody, past the deadline of a request without a score: the fee goes back.
    function close(uint256 requestId) external;
    /// @notice Anybody: an attester of the request signed a result out of tolerance with the median: its stake pays the reporter.
    function reportOutlier(uint256 requestId, SignedResult calldata result) external;
    /// @notice Anybody: an attester signed two results for one request. Its score, if any, is void.
    function reportEquivocation(uint256 requestId, SignedResult calldata one, SignedResult calldata other) external;

    /// @return level 0: the owner's own word, 1: a quorum of staked attesters; 2 is kept for TEE quotes
    /// @return attestedAt zero at level 0
    /// @return expiresAt  zero at level 0
    function levelOf(uint256 assetId) external view returns (uint8 level, uint64 attestedAt, uint64 expiresAt);
    function scoreOf(uint256 assetId) external view returns (Score memory);
    function requestOf(uint256 requestId) external view returns (Request memory);
    function panelOf(uint256 requestId) external view returns (address[] memory);
}
