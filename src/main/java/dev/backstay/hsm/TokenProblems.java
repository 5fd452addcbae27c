package dev.backstay.hsm;

import dev.backstay.problem.ProblemException;
import java.nio.file.Path;

/** Everything that can be wrong with a token, each with its remedy. No text holds a PIN. */
final class TokenProblems {
  private TokenProblems() {}

  static ProblemException uriInvalid(String what) {
    return new ProblemException(
        "token-uri-invalid",
        "pkcs11:",
        what,
        "write it as RFC 7512 does:"
            + " 'pkcs11:token=LABEL;object=KEY?module-path=/usr/lib/…/module.so'");
  }

  static ProblemException moduleMissing(Path module, String what) {
    return new ProblemException(
        "token-module-missing",
        module.toString(),
        what,
        "name the PKCS#11 library that came with the token: module-path=/usr/lib/…");
  }

  static ProblemException tokenMissing(Path module, String wanted, String seen) {
    return new ProblemException(
        "token-missing",
        module.toString(),
        "there is no token with " + wanted + " here; " + seen,
        "plug it in; pkcs11-tool --list-token-slots shows what the module sees");
  }

  static ProblemException tokenAmbiguous(Path module, String wanted) {
    return new ProblemException(
        "token-ambiguous",
        module.toString(),
        "several tokens have " + wanted,
        "tell them apart by serial=…, which pkcs11-tool --list-token-slots shows");
  }

  static ProblemException pinWrong(String token) {
    return new ProblemException(
        "token-pin-wrong",
        token,
        "the token refuses this PIN",
        "check it before the next try: most tokens lock themselves after a few wrong ones");
  }

  static ProblemException pinLocked(String token) {
    return new ProblemException(
        "token-pin-locked",
        token,
        "the token has locked its PIN after too many wrong ones",
        "its security officer can set a new PIN; another recipient's identity still opens the"
            + " vault");
  }

  static ProblemException pinUnreadable(Path file, String why) {
    return new ProblemException(
        "token-pin-unreadable",
        file.toString(),
        "the PIN cannot be read: " + why,
        "name a file whose first line is the PIN, or leave pin-source out to be asked");
  }

  static ProblemException keyMissing(String token, String label) {
    return new ProblemException(
        "token-key-missing",
        token,
        "there is no AES key with the label '" + label + "' on this token",
        "make one: pkcs11-tool --module … --login --keygen --key-type AES:32 --sensitive --label "
            + label);
  }

  static ProblemException keyExtractable(String token, String label) {
    return new ProblemException(
        "token-key-extractable",
        token,
        "the key '" + label + "' can be read out of the token, so it protects nothing",
        "make one that is sensitive and not extractable");
  }

  static ProblemException keyOther(String token) {
    return new ProblemException(
        "token-key-other",
        token,
        "this key does not open the wrapped identity, or the file is damaged",
        "name the token and the key that it was wrapped with, or put back a copy of the file");
  }

  static ProblemException failed(String token, String why) {
    return new ProblemException(
        "token-failed",
        token,
        "the token did not do what was asked: " + why,
        "the module's own manual knows this word");
  }
}
