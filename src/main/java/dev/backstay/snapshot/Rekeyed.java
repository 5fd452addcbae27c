package dev.backstay.snapshot;

import java.util.List;

/**
 * What a change of recipients did.
 *
 * @param commit the tip of main now
 * @param recipients who can decrypt the newest snapshots from now on
 * @param files that were encrypted anew; 0 if the recipients are the same as before
 */
public record Rekeyed(String commit, List<String> recipients, int files) {
  public Rekeyed {
    recipients = List.copyOf(recipients);
  }
}
