// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Text from strangers, made harmless for the places it is shown in
library Text {
    /// @notice Printable ASCII only (the rest becomes "?"), with XML's five characters as entities. What remains has no
    /// character that ends a JSON string, except the backslash, which also becomes "?".
    function escape(bytes memory text) internal pure returns (string memory) {
        bytes memory out = new bytes(text.length * 6); // the longest entity
        uint256 length;
        for (uint256 i = 0; i < text.length; i++) {
            bytes memory piece = _escape(text[i]);
            for (uint256 j = 0; j < piece.length; j++) out[length++] = piece[j];
        }
        assembly ("memory-safe") {
            mstore(out, length)
        }
        return string(out);
    }

    function _escape(bytes1 char) private pure returns (bytes memory) {
        if (char == "&") return "&amp;";
        if (char == "<") return "&lt;";
        if (char == ">") return "&gt;";
        if (char == '"') return "&quot;";
        if (char == "'") return "&#39;";
        if (char == "\\" || char < 0x20 || char > 0x7e) return "?";
        return abi.encodePacked(char);
    }

    /// @notice Position of the first character that is not one of a GPU class name, or the length when there is none.
    function classNameLength(bytes memory name) internal pure returns (uint256 i) {
        for (; i < name.length; i++) {
            bytes1 char = name[i];
            bool word = (char >= "a" && char <= "z") || (char >= "0" && char <= "9");
            if (!word && (i == 0 || (char != "." && char != "-"))) return i;
        }
    }
}
