// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IInferenceGroth16} from "../interfaces/IInferenceGroth16.sol";
import {IInferenceVerifier} from "../interfaces/IInferenceVerifier.sol";
import {IMarketTypes} from "../interfaces/IMarketTypes.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";

/// @title Inference proofs of every registered model behind one interface
contract InferenceVerifier is IInferenceVerifier {
    /// @dev Order of BN254's scalar field: public inputs at or above it would alias smaller ones.
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @notice Gas that must be left before the pairing call, as `UsageVerifier.GAS_FLOOR`: a generated verifier with four public
    /// inputs needs less than that one with five, and answers `false` when it starves.
    uint256 public constant GAS_FLOOR = 260_000;

    IModelRegistry public immutable models;

    constructor(IModelRegistry models_) {
        models = models_;
    }

    /// @inheritdoc IInferenceVerifier
    function verifyInference(
        bytes32 modelId,
        uint256 context,
        uint256 inputCommitment,
        uint256 class,
        IMarketTypes.Proof calldata proof
    ) external view returns (bool) {
        (IInferenceGroth16 groth16, uint256 modelCommitment) = models.checkOf(modelId);
        uint256[4] memory signals = [context, modelCommitment, inputCommitment, class];
        for (uint256 i = 0; i < signals.length; i++) {
            require(signals[i] < FIELD, InputOutOfField(i, signals[i]));
        }
        require(gasleft() >= GAS_FLOOR, NotEnoughGas(gasleft(), GAS_FLOOR));
        return groth16.verifyProof(proof.a, proof.b, proof.c, signals);
    }
}
