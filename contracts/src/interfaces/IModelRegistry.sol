// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IInferenceGroth16} from "./IInferenceGroth16.sol";

/// @title Models whose answers can be proven: who checks a proof, and of which weights
/// @notice Anybody registers, nothing is ever changed, and an id is the hash of all that it stands for. Being listed says nothing
/// of a model's quality or of its registrar: a buyer names the id that it wants, and can recompute it.
interface IModelRegistry {
    /// @param groth16         verifier of the model's circuit
    /// @param circuitHash     sha256 of the circuit's r1cs, for whoever compiles it again
    /// @param modelCommitment commitment of the weights, a public input of every proof (docs/verified-inference.md)
    /// @param weightsHash     sha256 of the model's file; zero for a private model
    /// @param semantics       version of the integer semantics
    /// @param metadata        URI of what a person should know of the model
    struct Model {
        IInferenceGroth16 groth16;
        bytes32 circuitHash;
        uint256 modelCommitment;
        bytes32 weightsHash;
        uint32 semantics;
        string metadata;
    }

    event ModelRegistered(bytes32 indexed modelId, address indexed registrar, Model model);

    error ModelKnown(bytes32 modelId);
    error ModelUnknown(bytes32 modelId);
    error CommitmentOutOfField(uint256 value);
    /// @param got what the words given hash to; `wanted` is what the verifier says of its own key
    error WrongKey(bytes32 got, bytes32 wanted);
    /// @notice gamma = delta, or its negative: anybody forges proofs for such a key without knowing a secret.
    error UncontributedKey();

    /// @param key the verifier's key as 24 words: alpha (x, y), beta, gamma and delta (x1, x2, y1, y2 each), five IC points
    function register(Model calldata model, uint256[24] calldata key) external returns (bytes32 modelId);

    /// @notice keccak256(abi.encode(groth16, circuitHash, modelCommitment, weightsHash, semantics, keccak256(metadata))).
    function modelIdOf(Model calldata model) external pure returns (bytes32);

    /// @notice What a proof of this model is checked with. Reverts for an unknown model.
    function checkOf(bytes32 modelId) external view returns (IInferenceGroth16 groth16, uint256 modelCommitment);
}
