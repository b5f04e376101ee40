// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IInferenceGroth16} from "../interfaces/IInferenceGroth16.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";

/// @title Immutable list of models
contract ModelRegistry is IModelRegistry {
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    struct Check {
        IInferenceGroth16 groth16;
        uint256 modelCommitment;
    }

    mapping(bytes32 modelId => Check) private _checks;

    /// @inheritdoc IModelRegistry
    function register(Model calldata model, uint256[24] calldata key) external returns (bytes32 modelId) {
        modelId = modelIdOf(model);
        require(address(_checks[modelId].groth16) == address(0), ModelKnown(modelId));
        require(model.modelCommitment < FIELD, CommitmentOutOfField(model.modelCommitment));
        bytes32 given = keccak256(abi.encode(key));
        bytes32 wanted = model.groth16.verificationKeyHash();
        require(given == wanted, WrongKey(given, wanted));
        // The same x coordinates: delta is gamma or its negative.
        require(key[6] != key[10] || key[7] != key[11], UncontributedKey());
        _checks[modelId] = Check(model.groth16, model.modelCommitment);
        emit ModelRegistered(modelId, msg.sender, model);
    }

    /// @inheritdoc IModelRegistry
    function modelIdOf(Model calldata model) public pure returns (bytes32) {
        return keccak256(
            abi.encode(
                model.groth16,
                model.circuitHash,
                model.modelCommitment,
                model.weightsHash,
                model.semantics,
                keccak256(bytes(model.metadata))
            )
        );
    }

    /// @inheritdoc IModelRegistry
    function checkOf(bytes32 modelId) external view returns (IInferenceGroth16 groth16, uint256 modelCommitment) {
        Check storage check = _checks[modelId];
        (groth16, modelCommitment) = (check.groth16, check.modelCommitment);
        require(address(groth16) != address(0), ModelUnknown(modelId));
    }
}
