// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {IUsageVerifier} from "../interfaces/IUsageVerifier.sol";

/// @title Usage proofs behind one interface
contract UsageVerifier is IUsageVerifier {
    /// @dev Order of BN254's scalar field: public inputs at or above it would alias smaller ones.
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @notice Gas that must be left before the pairing call. The generated verifier needs about 220k (measured, with
    /// the 1/64 that a call holds back) and answers `false` when it starves, which must not be taken for a bad proof.
    uint256 public constant GAS_FLOOR = 260_000;

    IGroth16Verifier public immutable groth16Verifier;

    constructor(IGroth16Verifier groth16Verifier_) {
        groth16Verifier = groth16Verifier_;
    }

    /// @inheritdoc IUsageVerifier
    function verifyUsage(uint256[2] calldata a, uint256[2][2] calldata b, uint256[2] calldata c, Inputs calldata inputs)
        external
        view
        returns (bool)
    {
        uint256[5] memory signals = [inputs.context, inputs.origin, inputs.head, inputs.from, inputs.to];
        for (uint256 i = 0; i < signals.length; i++) {
            require(signals[i] < FIELD, InputOutOfField(i, signals[i]));
        }
        require(gasleft() >= GAS_FLOOR, NotEnoughGas(gasleft(), GAS_FLOOR));
        return groth16Verifier.verifyProof(a, b, c, signals);
    }
}
