package dev.backstay.snapshot;

import org.eclipse.jgit.lib.ObjectId;

/**
 * What the manifest says of one file.
 *
 * @param size of the plaintext, in bytes
 * @param digest see {@link DigestKey}, in hexadecimal
 * @param blob the encrypted file in Git
 */
record StoredFile(int mode, String owner, long size, String digest, ObjectId blob) {
  boolean sameAttributesAs(StoredFile other) {
    return size == other.size && mode == other.mode && owner.equals(other.owner);
  }
}
