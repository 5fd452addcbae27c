package dev.backstay.health;

import java.util.List;

/** The judged result. Inconclusive is never success: it does not promote. */
public sealed interface Verdict {
  /** Why, one sentence a finding, with its counts and thresholds. */
  List<String> reasons();

  /** From what; {@link Evidence#NONE} where no gate was asked. */
  Evidence evidence();

  /** Every gate held for the whole window. */
  record Pass(List<String> reasons, Evidence evidence) implements Verdict {
    public Pass {
      reasons = List.copyOf(reasons);
    }
  }

  /** At least one gate says that the change did harm. */
  record Fail(List<String> reasons, Evidence evidence) implements Verdict {
    public Fail {
      reasons = List.copyOf(reasons);
    }

    /** For what is known without asking a gate. */
    public Fail(List<String> reasons) {
      this(reasons, Evidence.NONE);
    }
  }

  /** The evidence allows neither. */
  record Inconclusive(List<String> reasons, Evidence evidence) implements Verdict {
    public Inconclusive {
      reasons = List.copyOf(reasons);
    }

    /** For what ended before a gate could be asked. */
    public Inconclusive(List<String> reasons) {
      this(reasons, Evidence.NONE);
    }
  }

  /** One word for journals and tables. */
  default String word() {
    return switch (this) {
      case Pass pass -> "pass";
      case Fail fail -> "fail";
      case Inconclusive inconclusive -> "inconclusive";
    };
  }
}
