package dev.backstay.snapshot;

import java.io.IOException;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The tip of main as this process has last read it. Two hundred unchanged gateways need its
 * signature and its folders once. Used under the vault's lock.
 */
final class KnownTip {
  /**
   * @param signers the list by which it was believed
   */
  private record Seen(
      ObjectId tip, String signers, GitTree root, GitTree gateways, Recipients recipients) {}

  private @Nullable Seen seen;

  /**
   * @param recipients of this tree
   */
  record Content(VaultTree tree, Recipients recipients) {}

  /**
   * What is at the tip, believed.
   *
   * @throws dev.backstay.problem.ProblemException {@code signature-invalid}
   */
  Content read(Branch branch, ObjectId tip) throws IOException {
    Seen known = seen;
    if (known == null
        || !known.tip().equals(tip)
        || !known.signers().equals(branch.signers().text())) {
      branch.believe(tip);
      VaultTree tree = VaultTree.of(branch.repository(), tip);
      known =
          new Seen(
              tip.copy(), branch.signers().text(), tree.root(), tree.gateways(), tree.recipients());
      seen = known;
    }
    VaultTree tree = new VaultTree(branch.repository(), known.root(), known.gateways());
    return new Content(tree, known.recipients());
  }
}
