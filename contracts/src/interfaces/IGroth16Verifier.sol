// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title What snarkjs generates for the usage circuit: public signals context, origin, head, from, to
interface IGroth16Verifier {
    function verifyProof(uint256[2] calldata a, uint256[2][2] calldata b, uint256[2] calldata c, uint256[5] calldata inputs)
        external
        view
        returns (bool);
}
