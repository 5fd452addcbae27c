package dev.backstay.snapshot;

/** What a person finds in the vault who has nothing but Git, age and this repository. */
final class Readme {
  static final String TEXT =
      """
      This is a Backstay vault: the state of WireGuard gateways, one folder each under gateways/.
      manifest is clear text; everything in files/ is encrypted with age for the keys in the manifest.

      To recover a file you need git, age and the identity file of one recipient:

        git clone VAULT recovered
        age -d -i IDENTITY recovered/gateways/NAME/files/PATH.age > FILE

      A passphrase is an identity too: age asks for it when IDENTITY is recovered/passphrases/NAME.age.

      An older state: git -C recovered log --format='%h %ad %s' -- gateways/NAME, then
      git -C recovered checkout COMMIT. Mode and owner of a file stand in its line of the manifest:
      file MODE OWNER SIZE DIGEST BLOB PATH.

      evidence/ROLLOUT/NAME/ has the same form: what a gateway looked like when a change failed.
      age -d -i IDENTITY FILE.tar.gz.age | tar -xz

      Commits are signed. Compare allowed_signers with a copy from elsewhere, then, in recovered:
      git -c gpg.ssh.allowedSignersFile=allowed_signers log --show-signature
      """;

  private Readme() {}
}
