// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title The one EIP-3009 function the escrow calls: the `bytes signature` overload of USDC v2.2
interface IERC3009Receive {
    /// @notice Moves `value` from the signer to the caller, which must be `to`: nobody else can use the signature.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
}
