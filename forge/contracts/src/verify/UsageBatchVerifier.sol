// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {UsageGroth16Verifier} from "./generated/UsageGroth16Verifier.sol";

/// @title Many proofs of the usage circuit in one pairing product
/// @notice A proof (A, B, C) of inputs x holds when E = e(-A, B) e(alpha, beta) e(L(x), gamma) e(C, delta) is one, where
/// L(x) = IC0 + x1 IC1 + ... + x5 IC5. This checks that the product of all E_i^r_i is one, which by bilinearity is
///   prod e(-r_i A_i, B_i) * e((sum r_i) alpha, beta) * e(sum r_i L(x_i), gamma) * e(sum r_i C_i, delta) = 1:
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
    /// @notice See `IGroth16Verifier.verifyBatch`; an empty batch is true of nothing: false.
    function verifyBatch(IGroth16Verifier.BatchItem[] calldata items) external view returns (bool ok) {
        uint256 length = items.length;
        if (length == 0) return false;
        assembly ("memory-safe") {
            // A precompile that fails has eaten what gas it got: the answer is `false` at once.
            function need(done) {
                if iszero(done) {
                    mstore(0, 0)
                    return(0, 0x20)
                }
            }
            // Puts scalar * (x, y) at `to`; uses three words at `scratch`.
            function times(scratch, scalar, x, y, to) {
                mstore(scratch, x)
                mstore(add(scratch, 0x20), y)
                mstore(add(scratch, 0x40), scalar)
                need(staticcall(gas(), 7, scratch, 0x60, to, 0x40))
            }
            // Adds scalar * (x, y) to the point at `sum`; uses four words at `scratch`.
            function plusTimes(scratch, scalar, x, y, sum) {
                times(scratch, scalar, x, y, scratch)
                mcopy(add(scratch, 0x40), sum, 0x40)
                need(staticcall(gas(), 6, scratch, 0x80, sum, 0x40))
            }

            let sums := mload(0x40) // free memory, used and not kept: sum r, sum r x1, ... sum r x5
            // What the coefficients are powers of: everything there is. Items are static, so they lie in one piece.
            calldatacopy(sums, items.offset, mul(length, 0x1a0))
            let x := mod(keccak256(sums, mul(length, 0x1a0)), r)
            let points := add(sums, 0xc0) // sum r C, sum r L
            let scratch := add(sums, 0x140)
            let pairs := add(sums, 0x1c0)
            calldatacopy(sums, calldatasize(), 0x1c0) // zeros

            // The first weight is one: nothing to multiply. What is no point fails in the additions and the pairing below, as
            // (x, q - y) is one only if (x, y) is.
            for { let j := 0x20 } lt(j, 0xc0) { j := add(j, 0x20) } {
                let input := calldataload(add(items.offset, add(0xe0, j)))
                need(lt(input, r))
                mstore(add(sums, j), input)
            }
            mstore(sums, 1)
            calldatacopy(points, add(items.offset, 0xc0), 0x40)
            mstore(pairs, calldataload(items.offset))
            mstore(add(pairs, 0x20), sub(q, calldataload(add(items.offset, 0x20))))
            calldatacopy(add(pairs, 0x40), add(items.offset, 0x40), 0x80)

            let coefficient := x
            for { let i := 1 } lt(i, length) { i := add(i, 1) } {
                let item := add(items.offset, mul(i, 0x1a0))
                mstore(sums, addmod(mload(sums), coefficient, r))
                for { let j := 0x20 } lt(j, 0xc0) { j := add(j, 0x20) } {
                    let input := calldataload(add(item, add(0xe0, j)))
                    need(lt(input, r))
                    mstore(add(sums, j), addmod(mload(add(sums, j)), mulmod(coefficient, input, r), r))
                }
                let pair := add(pairs, mul(i, 0xc0))
                // -r_i A_i, by a negative scalar
                times(scratch, sub(r, coefficient), calldataload(item), calldataload(add(item, 0x20)), pair)
                calldatacopy(add(pair, 0x40), add(item, 0x40), 0x80)
                plusTimes(scratch, coefficient, calldataload(add(item, 0xc0)), calldataload(add(item, 0xe0)), points)
                coefficient := mulmod(coefficient, x, r)
            }

            let sumL := add(points, 0x40)
            plusTimes(scratch, mload(sums), IC0x, IC0y, sumL)
            plusTimes(scratch, mload(add(sums, 0x20)), IC1x, IC1y, sumL)
            plusTimes(scratch, mload(add(sums, 0x40)), IC2x, IC2y, sumL)
            plusTimes(scratch, mload(add(sums, 0x60)), IC3x, IC3y, sumL)
            plusTimes(scratch, mload(add(sums, 0x80)), IC4x, IC4y, sumL)
            plusTimes(scratch, mload(add(sums, 0xa0)), IC5x, IC5y, sumL)

            let last := add(pairs, mul(length, 0xc0))
            times(scratch, mload(sums), alphax, alphay, last)
            mstore(add(last, 0x40), betax1)
            mstore(add(last, 0x60), betax2)
            mstore(add(last, 0x80), betay1)
            mstore(add(last, 0xa0), betay2)
            mcopy(add(last, 0xc0), sumL, 0x40)
            mstore(add(last, 0x100), gammax1)
            mstore(add(last, 0x120), gammax2)
            mstore(add(last, 0x140), gammay1)
            mstore(add(last, 0x160), gammay2)
            mcopy(add(last, 0x180), points, 0x40)
            mstore(add(last, 0x1c0), deltax1)
            mstore(add(last, 0x1e0), deltax2)
            mstore(add(last, 0x200), deltay1)
            mstore(add(last, 0x220), deltay2)
            need(staticcall(gas(), 8, pairs, mul(add(length, 3), 0xc0), 0, 0x20))
            ok := mload(0)
        }
    }
}
