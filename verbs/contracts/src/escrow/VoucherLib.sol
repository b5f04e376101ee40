// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";

/// @title Who signed a voucher
/// @dev Assembly, because a run hashes thousands: `abi.encode` would take new memory for each, and memory's price is quadratic.
library VoucherLib {
    bytes32 internal constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 jobId,address payee,uint256 spent)");

    /// @dev Above half of secp256k1's order a signature would have a second form (EIP-2).
    uint256 private constant HALF_ORDER_AND_ONE = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1;

    /// @notice Takes the memory that a run uses for each of its vouchers, filled with what they have in common.
    /// @dev struct: typehash, jobId, payee, spent | message: 0x1901, domain, hash (66 bytes, padded) | recovery: digest, v, r, s
    function newRun(bytes32 domainSeparator, address payee) internal pure returns (uint256 run) {
        bytes32 typehash = VOUCHER_TYPEHASH;
        assembly ("memory-safe") {
            run := mload(0x40)
            mstore(0x40, add(run, 0x160))
            mstore(run, typehash)
            mstore(add(run, 0x40), payee)
            mstore(add(run, 0x80), shl(240, 0x1901))
            mstore(add(run, 0x82), domainSeparator)
        }
    }

    /// @return slot of the account of (job, payee, signer), see `EscrowStore._account`; that of signer zero, which is never
    /// open, when the signature is none
    function slotOf(uint256 run, IJobEscrow.Voucher calldata voucher) internal view returns (uint256 slot) {
        assembly ("memory-safe") {
            calldatacopy(add(run, 0x20), voucher, 0x20)
            calldatacopy(add(run, 0x60), add(voucher, 0x20), 0x20)
            mstore(add(run, 0xa2), keccak256(run, 0x80))
            mstore(add(run, 0xe0), keccak256(add(run, 0x80), 66))
            let vs := calldataload(add(voucher, 0x60))
            let s := shr(1, shl(1, vs))
            mstore(add(run, 0x100), add(27, shr(255, vs)))
            calldatacopy(add(run, 0x120), add(voucher, 0x40), 0x20)
            mstore(add(run, 0x140), s)
            // The precompile answers a bad signature with no bytes at all: the zero stays.
            mstore(add(run, 0x60), 0)
            if lt(s, HALF_ORDER_AND_ONE) {
                pop(staticcall(gas(), 1, add(run, 0xe0), 0x80, add(run, 0x60), 0x20))
            }
            slot := keccak256(add(run, 0x20), 0x60)
        }
    }

    function structHash(bytes32 jobId, address payee, uint256 spent) internal pure returns (bytes32) {
        return keccak256(abi.encode(VOUCHER_TYPEHASH, jobId, payee, spent));
    }
}
