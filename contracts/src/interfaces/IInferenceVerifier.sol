// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IMarketTypes} from "./IMarketTypes.sol";

/// @title Checks inference proofs
/// @notice Shows that the class is what the committed model says of the committed input; does not show that the model is any good.
interface IInferenceVerifier {
    error InputOutOfField(uint256 index, uint256 value);
    error NotEnoughGas(uint256 got, uint256 wanted);

    /// @param context what the proof is made for, below the field's order
    function verifyInference(
        bytes32 modelId,
        uint256 context,
        uint256 inputCommitment,
        uint256 class,
        IMarketTypes.Proof calldata proof
    ) external view returns (bool);
}
