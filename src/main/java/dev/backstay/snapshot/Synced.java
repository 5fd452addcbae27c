package dev.backstay.snapshot;

import java.util.List;

/**
 * What talking with the remote did.
 *
 * @param url of the remote
 * @param commit the tip of main, here and there
 * @param sent how many commits the remote did not have
 * @param received how many this vault did not have
 * @param decisions one line for each gateway that had changed on both sides: which state stands
 */
public record Synced(String url, String commit, int sent, int received, List<String> decisions) {
  public Synced {
    decisions = List.copyOf(decisions);
  }
}
