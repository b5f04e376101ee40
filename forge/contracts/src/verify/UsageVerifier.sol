// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {IRollupGroth16Verifier} from "../interfaces/IRollupGroth16Verifier.sol";
import {IUsageVerifier} from "../interfaces/IUsageVerifier.sol";

/// @title Usage proofs behind one interface
contract UsageVerifier is IUsageVerifier {
    /// @dev Order of BN254's scalar field: public inputs at or above it would alias smaller ones.
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @notice Gas that must be left before the pairing call. The generated verifier needs about 220k (measured, with
    /// the 1/64 that a call holds back) and answers `false` when it starves, which must not be taken for a bad proof.
    uint256 public constant GAS_FLOOR = 260_000;

    /// @notice As `GAS_FLOOR` for a batch: for each proof two multiplications, an addition and a pairing (46,150 by EIP-1108, and
    /// what stands around them), for all the fixed pairings, the key's multiplications and the 1/64 that a call holds back.
    uint256 public constant BATCH_GAS_FLOOR = 300_000;
    uint256 public constant GAS_PER_PROOF = 56_000;

    IGroth16Verifier public immutable groth16Verifier;
    /// @notice Of the rollup circuits with 26 and with 52 blocks.
    IRollupGroth16Verifier public immutable rollup26Verifier;
    IRollupGroth16Verifier public immutable rollup52Verifier;

    constructor(
        IGroth16Verifier groth16Verifier_,
        IRollupGroth16Verifier rollup26Verifier_,
        IRollupGroth16Verifier rollup52Verifier_
    ) {
        groth16Verifier = groth16Verifier_;
        rollup26Verifier = rollup26Verifier_;
        rollup52Verifier = rollup52Verifier_;
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

    /// @inheritdoc IUsageVerifier
    function verifyUsageBatch(Statement[] calldata statements) external view returns (bool) {
        require(statements.length != 0, EmptyBatch());
        uint256 floor = BATCH_GAS_FLOOR + GAS_PER_PROOF * statements.length;
        require(gasleft() >= floor, NotEnoughGas(gasleft(), floor));
        if (_answerOf(statements)) return true;
        // Why not, if it is because of an input: only now, as true batches need not pay for the look.
        for (uint256 i = 0; i < statements.length; i++) {
            Inputs calldata x = statements[i].inputs;
            uint256[5] memory signals = [x.context, x.origin, x.head, x.from, x.to];
            for (uint256 j = 0; j < 5; j++) require(signals[j] < FIELD, InputOutOfField(5 * i + j, signals[j]));
        }
        return false;
    }

    /// @dev A statement and an item are the same thirteen words: they go on as they came, in one copy.
    function _answerOf(Statement[] calldata statements) private view returns (bool ok) {
        address target = address(groth16Verifier);
        bytes4 selector = IGroth16Verifier.verifyBatch.selector;
        assembly ("memory-safe") {
            let m := mload(0x40)
            let size := mul(statements.length, 0x1a0)
            mstore(m, selector)
            mstore(add(m, 4), 0x20)
            mstore(add(m, 0x24), statements.length)
            calldatacopy(add(m, 0x44), statements.offset, size)
            if iszero(staticcall(gas(), target, m, add(0x44, size), 0, 0x20)) {
                returndatacopy(m, 0, returndatasize())
                revert(m, returndatasize())
            }
            ok := and(gt(returndatasize(), 0x1f), eq(mload(0), 1))
        }
    }

    /// @inheritdoc IUsageVerifier
    function verifyUsageRollup(Rollup calldata rollup, Inputs[] calldata receipts) external view returns (bool) {
        require(receipts.length != 0, EmptyBatch());
        require(receipts.length <= rollup.blocks, TooManyReceipts(receipts.length, rollup.blocks));
        uint256[3] memory signals;
        signals[0] = rollup.commitment;
        signals[1] = _challengeOf(rollup.commitment, receipts);
        signals[2] = _evaluate(receipts, signals[1]);
        require(rollup.commitment < FIELD, InputOutOfField(5 * receipts.length, rollup.commitment));
        require(gasleft() >= GAS_FLOOR, NotEnoughGas(gasleft(), GAS_FLOOR));
        return _verifierOf(rollup.blocks).verifyProof(rollup.a, rollup.b, rollup.c, signals);
    }

    function _verifierOf(uint256 blocks) private view returns (IRollupGroth16Verifier) {
        if (blocks == 26) return rollup26Verifier;
        require(blocks == 52, NoSuchRollup(blocks));
        return rollup52Verifier;
    }

    /// @dev Fixed only after commitment and receipts, so that a prover can fit neither to it. Contexts, and with them the
    /// outputs, are bound here and nowhere else: the circuit knows no context.
    function _challengeOf(uint256 commitment, Inputs[] calldata receipts) private pure returns (uint256 challenge) {
        assembly ("memory-safe") {
            let size := mul(receipts.length, 0xa0)
            let at := mload(0x40) // free memory, used and not kept
            mstore(at, commitment)
            calldatacopy(add(at, 0x20), receipts.offset, size)
            challenge := mod(keccak256(at, add(0x20, size)), FIELD)
        }
    }

    /// @dev sum over receipts k of g^4k (origin + head g + from g^2 + to g^3), as circuits/src/usageRollup.circom has it.
    function _evaluate(Inputs[] calldata receipts, uint256 g) private pure returns (uint256 evaluation) {
        bool inField = true;
        assembly ("memory-safe") {
            let g2 := mulmod(g, g, FIELD)
            let g4 := mulmod(g2, g2, FIELD)
            let power := 1
            let at := receipts.offset
            for { let end := add(at, mul(receipts.length, 0xa0)) } lt(at, end) { at := add(at, 0xa0) } {
                let seed := calldataload(add(at, 0x20)) // the receipt's origin
                let head := calldataload(add(at, 0x40))
                let from := calldataload(add(at, 0x60))
                let to := calldataload(add(at, 0x80))
                inField :=
                    and(
                        and(inField, lt(calldataload(at), FIELD)),
                        and(and(lt(seed, FIELD), lt(head, FIELD)), and(lt(from, FIELD), lt(to, FIELD)))
                    )
                let value := addmod(head, mulmod(addmod(from, mulmod(to, g, FIELD), FIELD), g, FIELD), FIELD)
                value := addmod(seed, mulmod(value, g, FIELD), FIELD)
                evaluation := addmod(evaluation, mulmod(value, power, FIELD), FIELD)
                power := mulmod(power, g4, FIELD)
            }
        }
        // One statement has one form: an input at or above the field's order would alias a smaller one.
        if (!inField) _revertOutOfField(receipts);
    }

    /// @dev Says which input it is; only here, as receipts that are in order need not pay for the look.
    function _revertOutOfField(Inputs[] calldata receipts) private pure {
        for (uint256 i = 0; i < receipts.length; i++) {
            Inputs calldata x = receipts[i];
            uint256[5] memory signals = [x.context, x.origin, x.head, x.from, x.to];
            for (uint256 j = 0; j < 5; j++) require(signals[j] < FIELD, InputOutOfField(5 * i + j, signals[j]));
        }
    }
}
