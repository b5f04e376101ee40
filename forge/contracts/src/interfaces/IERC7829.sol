// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title ERC-7829 data asset, the part beside ERC-721. Interface id 0xf7e5dae0.
interface IERC7829 {
    event UpdateReader(uint256 indexed tokenId, address indexed reader, bool valid);

    function setReader(uint256 tokenId, address reader, bool valid) external;
    function isReader(uint256 tokenId, address reader) external view returns (bool);
    function commitByTokenId(uint256 tokenId) external view returns (bytes memory);
    function sizeByTokenId(uint256 tokenId) external view returns (uint256);
    function expireByTokenId(uint256 tokenId) external view returns (uint64);
}
