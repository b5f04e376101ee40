// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Randomness from a block that was in the future when it was named
/// @dev Whoever names the block cannot name it again, so nobody redraws. A chain forgets a block's hash: somebody keeps it in
/// time, or there is no randomness and the caller's default stands, which must favour nobody who could have kept it.
library SeedLib {
    /// Blocks between the naming and the block whose hash decides.
    uint48 internal constant DELAY = 2;
    /// EIP-2935: serves the last 8191 block hashes on chains that have it.
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    error SeedTooEarly(uint256 blockNumber, uint256 seedBlock);
    error SeedGone(uint256 blockNumber, uint256 seedBlock);

    function nextBlock() internal view returns (uint48) {
        return uint48(block.number) + DELAY;
    }

    /// @notice Hash of a past block: of the last 256 by the opcode, of the last 8191 by EIP-2935.
    function hashOf(uint48 seedBlock) internal view returns (bytes32 hash) {
        require(block.number > seedBlock, SeedTooEarly(block.number, seedBlock));
        hash = blockhash(seedBlock);
        if (hash == 0) {
            (bool done, bytes memory answer) = HISTORY.staticcall(abi.encode(uint256(seedBlock)));
            if (done && answer.length == 32) hash = abi.decode(answer, (bytes32));
        }
        require(hash != 0, SeedGone(block.number, seedBlock));
    }
}
