// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";

/// @title The escrow one would write first, from OpenZeppelin's parts: one job a call, paid by transfer
/// @notice The baseline of the gas table. It has no failover, claim window, dispute or reservation. Never deployed.
contract NaiveEscrow is EIP712, ReentrancyGuard {
    using SafeERC20 for IERC20;

    struct Job {
        address buyer;
        address provider;
        IERC20 token;
        uint256 amount;
        bool settled;
    }

    bytes32 private constant RELEASE_TYPEHASH = keccak256("Release(uint256 jobId,uint256 amount)");

    IGroth16Verifier public immutable verifier;
    uint256 public jobs;
    mapping(uint256 jobId => Job) public jobOf;

    event Funded(uint256 indexed jobId, address indexed buyer, uint256 amount);
    event Settled(uint256 indexed jobId, uint256 paid, uint256 refunded);

    error NotPayable(uint256 jobId, uint256 amount);

    constructor(IGroth16Verifier verifier_) EIP712("Naive Escrow", "1") {
        verifier = verifier_;
    }

    function fund(address buyer, address provider, IERC20 token, uint256 amount) external nonReentrant returns (uint256 jobId) {
        jobId = jobs++;
        jobOf[jobId] = Job(buyer, provider, token, amount, false);
        emit Funded(jobId, buyer, amount);
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    function settleSigned(uint256 jobId, uint256 amount, bytes calldata signature) external nonReentrant {
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(RELEASE_TYPEHASH, jobId, amount)));
        require(SignatureChecker.isValidSignatureNow(jobOf[jobId].buyer, digest, signature), NotPayable(jobId, amount));
        _settle(jobId, amount);
    }

    function settleProven(
        uint256 jobId,
        uint256 amount,
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c,
        uint256[5] calldata inputs
    ) external nonReentrant {
        require(verifier.verifyProof(a, b, c, inputs), NotPayable(jobId, amount));
        _settle(jobId, amount);
    }

    function _settle(uint256 jobId, uint256 amount) private {
        Job storage job = jobOf[jobId];
        require(!job.settled && amount <= job.amount, NotPayable(jobId, amount));
        job.settled = true;
        emit Settled(jobId, amount, job.amount - amount);
        job.token.safeTransfer(job.provider, amount);
        if (amount < job.amount) job.token.safeTransfer(job.buyer, job.amount - amount);
    }
}
