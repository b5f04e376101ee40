// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IMarketTypes} from "./IMarketTypes.sol";
import {Terms} from "./ITerms.sol";

/// @title Captures beyond the single one
/// @notice Three ways to be paid for metered seconds: proven and countersigned by the notary (booked; the claim window or the
/// buyer releases it), countersigned by the buyer (`IJobEscrow.redeem`: paid at once), and proven without the notary, which is
/// the same as the first but for at most `notaryGrace` seconds past the last second that the notary signed.
interface IUsage {
    /// @param notarySignature empty: the notary is gone, the receipt is optimistic
    struct Capture {
        Terms terms;
        IMarketTypes.Receipt receipt;
        bytes nodeSignature;
        bytes notarySignature;
        IMarketTypes.Proof proof;
    }

    event CapturedWithoutNotary(bytes32 indexed leaseId, uint32 from, uint32 to);
    /// @notice Somebody captured this receipt first.
    event CaptureSkipped(bytes32 indexed leaseId, uint32 sequence);

    /// @param limit last second that may be billed without the notary
    error BeyondNotaryGrace(uint256 to, uint256 limit);
    error NothingCaptured();

    /// @notice Many captures, each with its own signatures and proof, all proofs checked together. Receipts captured before
    /// are skipped, so that nobody can spoil a batch by sending one of it first; anything else that is wrong reverts all.
    function captureBatch(Capture[] calldata captures) external returns (uint256 captured);

    /// @notice Seconds past the last notarised one that a node may bill on its own word and proof.
    function notaryGrace() external view returns (uint32);
}
