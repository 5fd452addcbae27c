package dev.backstay.cli;

import dev.backstay.problem.ProblemException;
import java.nio.file.Path;

/** What can be wrong with where an identity or a passphrase is to come from. Repeats no secret. */
final class IdentityProblems {
  private IdentityProblems() {}

  static ProblemException none(Path workingDirectory) {
    return new ProblemException(
        "no-identity",
        workingDirectory.toString(),
        "only who can decrypt a snapshot can do this, and there is no identity here",
        "name the identity of one of its recipients: --identity SOURCE");
  }

  static ProblemException isTheSecretItself() {
    return new ProblemException(
        "identity-in-the-open",
        "--identity",
        "this is a secret key itself; in a command or in the environment others can read it",
        "take it for known to them: make a new one, rekey, and say --identity prompt to be asked");
  }

  static ProblemException sourceInvalid(String what) {
    return new ProblemException(
        "identity-source-invalid",
        "--identity",
        what,
        "say FILE, prompt, passphrase:NAME, fd:N, credential:NAME or pkcs11:…");
  }

  static ProblemException nobodyToAsk(String question) {
    return new ProblemException(
        "nobody-to-ask",
        "",
        "there is no terminal to ask on: " + question,
        "hand it over on a file descriptor: " + AskSecret.VARIABLE + "=3 backstay … 3< FILE");
  }

  static ProblemException secretMissing(String descriptor, String question) {
    return new ProblemException(
        "secret-missing",
        "file descriptor " + descriptor,
        "there is no line left that answers: " + question,
        "write one line for each question, in this order");
  }

  static ProblemException passphraseDiffers() {
    return new ProblemException(
        "passphrase-differs",
        "",
        "the two passphrases are not the same",
        "run the command again; nothing was changed");
  }

  static ProblemException credentialMissing(String name, String what) {
    return new ProblemException(
        "credential-missing",
        name,
        what,
        "in a unit: LoadCredentialEncrypted=NAME:FILE; by hand, name the file that systemd-creds"
            + " encrypt wrote");
  }

  static ProblemException credentialRefused(String file, String said) {
    return new ProblemException(
        "credential-refused",
        file,
        "systemd-creds does not decrypt it: " + said,
        "it can be decrypted only on the machine, and under the file name, that it was encrypted"
            + " for");
  }
}
