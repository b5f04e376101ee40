// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";

/// @title Who signed a voucher
/// @dev Assembly, because a run hashes thousands: `abi.encode` would take new memory for each, and memory's price is quadratic.
library VoucherLib {
    bytes32 internal constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 jobId,address payee,uint256 spent)");

    /// @dev Half of secp256k1's order: a signature has one form (EIP-2).
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @return signer zero when the signature is none
    function signerOf(bytes32 domainSeparator, address payee, IJobEscrow.Voucher calldata voucher)
        internal
        view
        returns (address signer)
    {
        bytes32 typehash = VOUCHER_TYPEHASH;
        assembly ("memory-safe") {
            let m := mload(0x40) // free memory, used and not kept
            mstore(m, typehash)
            mstore(add(m, 0x20), calldataload(voucher))
            mstore(add(m, 0x40), payee)
            mstore(add(m, 0x60), calldataload(add(voucher, 0x20)))
            let hashed := keccak256(m, 0x80)
            mstore(m, shl(240, 0x1901))
            mstore(add(m, 2), domainSeparator)
            mstore(add(m, 34), hashed)
            mstore(m, keccak256(m, 66))
            let vs := calldataload(add(voucher, 0x60))
            let s := shr(1, shl(1, vs))
            mstore(add(m, 0x20), add(27, shr(255, vs)))
            mstore(add(m, 0x40), calldataload(add(voucher, 0x40)))
            mstore(add(m, 0x60), s)
            // The precompile answers a bad signature with no bytes at all: the zero stays.
            mstore(0, 0)
            if iszero(gt(s, HALF_ORDER)) { pop(staticcall(gas(), 1, m, 0x80, 0, 0x20)) }
            signer := mload(0)
        }
    }

    function structHash(bytes32 jobId, address payee, uint256 spent) internal pure returns (bytes32) {
        return keccak256(abi.encode(VOUCHER_TYPEHASH, jobId, payee, spent));
    }
}
