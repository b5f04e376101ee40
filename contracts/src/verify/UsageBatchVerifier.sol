// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {UsageGroth16Verifier} from "./generated/UsageGroth16Verifier.sol";

/// @title Many proofs of the usage circuit in one pairing product
/// @notice A proof (A, B, C) of inputs x holds when E = e(A, B) e(alpha, -beta) e(L(x), -gamma) e(C, -delta) is one, where
/// L(x) = IC0 + x1 IC1 + ... + x5 IC5. This checks that the product of all E_i^r_i is one, which by bilinearity is
///   prod e(r_i A_i, B_i) * e((sum r_i) alpha, -beta) * e(sum r_i L(x_i), -gamma) * e(sum r_i C_i, -delta) = 1:
/// one pairing a proof instead of four, and the inputs' five multiplications once a batch.
///
/// Soundness. r_i = x^i, where x is a hash over *all* inputs and proofs of the batch, reduced into the scalar field: it is fixed
/// only after everything that it weighs. The target group has prime order R. Written as powers of one generator, the product is
/// g^(e_0 + e_1 x + ... + e_(n-1) x^(n-1)): a polynomial in x of degree below n, and not the zero polynomial if any E_i is not one.
/// It has at most n - 1 roots, so in the random oracle model a batch with a false member is accepted with a chance of at most
/// n / 2^252 for each batch that a cheat hashes. Errors that cancel in a plain product (A_0 shifted by +D, A_1 by -D) do not cancel
/// under weights that depend on the shift itself.
///
/// Points. The multiplication and addition precompiles fail for a point of G1 that is off the curve or has a coordinate at or
/// above the field's order (G1 has no small subgroup); the pairing precompile fails for a B that is off the curve or outside
/// the subgroup. A failure answers `false`. Inputs at or above the scalar field's order answer `false`: x and x + R are
/// one residue and must not be two statements.
/// @dev Inherits the generated contract for its key: one key, one place, for single proofs and batches.
contract UsageBatchVerifier is UsageGroth16Verifier {
    /// @dev `r`. Immutable: a constant of that size the compiler copies out of the code wherever it is used, for thirty gas.
    uint256 private immutable ORDER = r;

    /// @notice See `IGroth16Verifier.verifyBatch`; an empty batch is true of nothing: false.
    function verifyBatch(IGroth16Verifier.BatchItem[] calldata items) external view returns (bool ok) {
        if (items.length == 0) return false;
        uint256 order = ORDER;
        assembly ("memory-safe") {
            // A precompile that fails has eaten what gas it got: the answer is `false` at once.
            function no() {
                mstore(0, 0)
                return(0, 0x20)
            }
            // Puts scalar * (x, y) at `to`. Memory from `factor` on: the point and the scalar that are multiplied.
            function times(factor, scalar, x, y, to) {
                mstore(factor, x)
                mstore(add(factor, 0x20), y)
                mstore(add(factor, 0x40), scalar)
                if iszero(staticcall(gas(), 7, factor, 0x60, to, 0x40)) { no() }
            }
            // Adds scalar * (x, y) to the point at `sum`, by way of the 64 bytes before it.
            function plusTimes(factor, scalar, x, y, sum) {
                times(factor, scalar, x, y, sub(sum, 0x40))
                if iszero(staticcall(gas(), 6, sub(sum, 0x40), 0x80, sum, 0x40)) { no() }
            }

            // Free memory, used and not kept. What the coefficients are powers of: everything there is. Items are static, so
            // they lie in one piece, which nobody needs once it is hashed.
            let factor := mload(0x40)
            let size := mul(items.length, 0x1a0)
            calldatacopy(factor, items.offset, size)
            let x := mod(keccak256(factor, size), order)

            let sum := add(factor, 0xa0) // sum r L, then sum r C; the product that is added to it lies right before it
            let pairs := add(factor, 0xe0) // the key's three, then (r A, B) of each item
            {
                // The inputs. The first weight is one: nothing to multiply.
                let item := items.offset
                let sum0 := 1 // sum r, and sum r x of each input
                let sum1 := calldataload(add(item, 0x100))
                let sum2 := calldataload(add(item, 0x120))
                let sum3 := calldataload(add(item, 0x140))
                let sum4 := calldataload(add(item, 0x160))
                let sum5 := calldataload(add(item, 0x180))
                let inField := and(and(and(lt(sum1, order), lt(sum2, order)), and(lt(sum3, order), lt(sum4, order))), lt(sum5, order))
                let coefficient := x
                let end := add(item, size)
                for { item := add(item, 0x1a0) } lt(item, end) { item := add(item, 0x1a0) } {
                    sum0 := addmod(sum0, coefficient, order)
                    let input := calldataload(add(item, 0x100))
                    inField := and(inField, lt(input, order))
                    sum1 := addmod(sum1, mulmod(coefficient, input, order), order)
                    input := calldataload(add(item, 0x120))
                    inField := and(inField, lt(input, order))
                    sum2 := addmod(sum2, mulmod(coefficient, input, order), order)
                    input := calldataload(add(item, 0x140))
                    inField := and(inField, lt(input, order))
                    sum3 := addmod(sum3, mulmod(coefficient, input, order), order)
                    input := calldataload(add(item, 0x160))
                    inField := and(inField, lt(input, order))
                    sum4 := addmod(sum4, mulmod(coefficient, input, order), order)
                    input := calldataload(add(item, 0x180))
                    inField := and(inField, lt(input, order))
                    sum5 := addmod(sum5, mulmod(coefficient, input, order), order)
                    coefficient := mulmod(coefficient, x, order)
                }
                if iszero(inField) { no() }
                times(factor, sum0, alphax, alphay, pairs)
                times(factor, sum0, IC0x, IC0y, sum)
                plusTimes(factor, sum1, IC1x, IC1y, sum)
                plusTimes(factor, sum2, IC2x, IC2y, sum)
                plusTimes(factor, sum3, IC3x, IC3y, sum)
                plusTimes(factor, sum4, IC4x, IC4y, sum)
                plusTimes(factor, sum5, IC5x, IC5y, sum)
                mcopy(add(pairs, 0xc0), sum, 0x40)
            }
            let pair := add(pairs, 0x240)
            {
                // The points. What is no point fails in the additions and the pairing.
                let item := items.offset
                calldatacopy(pair, item, 0xc0)
                calldatacopy(sum, add(item, 0xc0), 0x40)
                let coefficient := x
                let end := add(item, size)
                for { item := add(item, 0x1a0) } lt(item, end) { item := add(item, 0x1a0) } {
                    pair := add(pair, 0xc0)
                    mstore(add(factor, 0x40), coefficient)
                    calldatacopy(factor, item, 0x40)
                    if iszero(staticcall(gas(), 7, factor, 0x60, pair, 0x40)) { no() }
                    calldatacopy(add(pair, 0x40), add(item, 0x40), 0x80)
                    calldatacopy(factor, add(item, 0xc0), 0x40)
                    if iszero(staticcall(gas(), 7, factor, 0x60, sub(sum, 0x40), 0x40)) { no() }
                    if iszero(staticcall(gas(), 6, sub(sum, 0x40), 0x80, sum, 0x40)) { no() }
                    coefficient := mulmod(coefficient, x, order)
                }
                mcopy(add(pairs, 0x180), sum, 0x40)
            }
            // The key's points of G2 are negated, so that no point of a proof has to be: none of their coordinates is zero.
            mstore(add(pairs, 0x40), betax1)
            mstore(add(pairs, 0x60), betax2)
            mstore(add(pairs, 0x80), sub(q, betay1))
            mstore(add(pairs, 0xa0), sub(q, betay2))
            mstore(add(pairs, 0x100), gammax1)
            mstore(add(pairs, 0x120), gammax2)
            mstore(add(pairs, 0x140), sub(q, gammay1))
            mstore(add(pairs, 0x160), sub(q, gammay2))
            mstore(add(pairs, 0x1c0), deltax1)
            mstore(add(pairs, 0x1e0), deltax2)
            mstore(add(pairs, 0x200), sub(q, deltay1))
            mstore(add(pairs, 0x220), sub(q, deltay2))
            if iszero(staticcall(gas(), 8, pairs, sub(add(pair, 0xc0), pairs), 0, 0x20)) { no() }
            ok := mload(0)
        }
    }
}
