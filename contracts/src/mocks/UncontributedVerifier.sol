// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Says that it verifies with a given key; for a key whose gamma is its delta
contract UncontributedVerifier {
    bytes32 public immutable verificationKeyHash;

    constructor(bytes32 verificationKeyHash_) {
        verificationKeyHash = verificationKeyHash_;
    }
}
