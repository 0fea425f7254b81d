use super::{expression, expression_error};

#[test]
fn can_read_numbers_in_all_bases() {
    assert_eq!(expression("<<12, \\b101, \\o17, \\hfF, 007, 3.25>>"), "<<12 5 15 255 007 3.25>>");
    assert_eq!(expression("1..5"), "..(1 5)");
    assert_eq!(expression("123456789012345678901234567890"), "123456789012345678901234567890");
}

#[test]
fn can_read_strings_with_escapes() {
    assert_eq!(expression(r#""a\"b\\c\nd""#), r#""a\"b\\c\nd""#);
    assert_eq!(expression("\"(* no comment *) \\\\* é\""), "\"(* no comment *) \\\\* é\"");
}

#[test]
fn can_skip_comments_that_nest() {
    assert_eq!(expression("(* a (* b *) c *) x \\* y\n + (**) z"), "+(x z)");
}

#[test]
fn can_tell_the_forms_in_square_brackets() {
    assert_eq!(expression("[x \\in S |-> x]"), "(|-> x in S : x)");
    assert_eq!(expression("[x, y \\in S, <<a, b>> \\in T |-> e]"), "(|-> x,y in S <<a,b>> in T : e)");
    assert_eq!(expression("[S -> T]"), "(-> S T)");
    assert_eq!(expression("[a |-> 1, IN |-> 2]"), "(record a:1 IN:2)");
    assert_eq!(expression("[a : S, b : T]"), "(records a:S b:T)");
    assert_eq!(expression("[A]_v"), "(box A v)");
    assert_eq!(expression("[A \\/ B]_<<x, y>>"), "(box (\\/ A B) <<x y>>)");
    assert_eq!(expression("[][Next]_(I!vars)"), "(Always (box Next I!vars))");
    assert_eq!(expression("[[S -> T] -> U]"), "(-> (-> S T) U)");
    assert_eq!(expression("[<<a, b>> -> U]"), "(-> <<a b>> U)");
    assert_eq!(expression("[][x \\in {1, 2}]_x"), "(Always (box (In x {1 2}) x))");
    assert_eq!(expression("[<<a>> \\in /\\ S, y \\in T |-> e]"), "(|-> <<a>> in S y in T : e)");
    assert!(expression_error("[x + 1 |-> e]").message.starts_with("expected `->`"));
}

#[test]
fn can_read_except_with_paths() {
    let text = "[f EXCEPT ![a][b].c = @ + 1, ![x, y] = z, !.r[1] = [g EXCEPT !.h = @]]";
    assert_eq!(expression(text), "(except f [a][b].c=+(@ 1) [x y]=z .r[1]=(except g .h=@))");
}

#[test]
fn can_tell_the_forms_in_braces() {
    assert_eq!(expression("{}"), "{}");
    assert_eq!(expression("{a, b}"), "{a b}");
    assert_eq!(expression("{x \\in S : p}"), "(filter x in S : p)");
    assert_eq!(expression("{<<x, y>> \\in S \\cup T : p}"), "(filter <<x,y>> in (Union S T) : p)");
    assert_eq!(expression("{x + y : x, y \\in S, z \\in T}"), "(map +(x y) : x,y in S z in T)");
    assert_eq!(expression("{x : x \\in S}"), "(map x : x in S)");
    assert_eq!(expression("{x \\in S}"), "{(In x S)}");
    assert_eq!(expression("{<<1, 2>> \\in {}, b}"), "{(In <<1 2>> {}) b}");
    assert_eq!(expression("{(x \\in S) : x \\in T}"), "(map (In x S) : x in T)");
    assert_eq!(expression("{1 \\in x : x \\in T}"), "(map (In 1 x) : x in T)");
}

#[test]
fn can_read_tuples_and_angle_actions() {
    assert_eq!(expression("<< >>"), "<<>>");
    assert_eq!(expression("<<<<1>>, 2>>"), "<<<<1>> 2>>");
    assert_eq!(expression("<><<A /\\ B>>_vars"), "(Eventually (angle (/\\ A B) vars))");
}

#[test]
fn can_read_fairness() {
    assert_eq!(expression("WF_vars(Next)"), "(WF vars Next)");
    assert_eq!(expression("SF_<<a, b>>(A \\/ B)"), "(SF <<a b>> (\\/ A B))");
    assert_eq!(expression("WF_(v)(A)"), "(WF v A)");
    assert_eq!(expression("WF_v(i)(A(i)) /\\ SF_I!v(A)"), "(/\\ (WF v(i) A(i)) (SF I!v A))");
    assert_eq!(expression("\\A WF \\in S : W_F(WF)"), "(ForAll WF in S : W_F(WF))");
    assert!(expression_error("WF_vars").message.contains("the action of the fairness condition"));
}

#[test]
fn can_read_quantifiers() {
    assert_eq!(expression("\\A x, y \\in S, z \\in T : p"), "(ForAll x,y in S z in T : p)");
    assert_eq!(expression("\\E <<x, y>> \\in S, z \\in T : p"), "(Exists <<x,y>> in S z in T : p)");
    assert_eq!(expression("\\E x, y : p"), "(Exists x y : p)");
    assert_eq!(expression("\\AA x, y : \\EE z : p"), "(TemporalForAll x y : (TemporalExists z : p))");
    assert_eq!(expression("a /\\ \\E x \\in S : b /\\ c"), "(/\\ a (Exists x in S : (/\\ b c)))");
}

#[test]
fn can_read_choose() {
    assert_eq!(expression("CHOOSE x \\in S : p"), "(choose x in S : p)");
    assert_eq!(expression("CHOOSE <<x, y>> \\in S : p"), "(choose <<x,y>> in S : p)");
    assert_eq!(expression("CHOOSE x : x \\notin S"), "(choose x : (NotIn x S))");
    assert_eq!(expression("CHOOSE <<x, y>> : p"), "(choose <<x,y>> : p)");
}

#[test]
fn can_read_if_and_case() {
    assert_eq!(expression("IF a THEN b ELSE IF c THEN d ELSE e"), "(if a b (if c d e))");
    assert_eq!(expression("CASE a -> b [] c -> []d [] OTHER -> e"), "(case a:b c:(Always d) other:e)");
    assert_eq!(expression("CASE a -> 1"), "(case a:1)");
}

#[test]
fn can_read_let() {
    let text = "LET a == 1 f[x \\in S] == f[x - 1] RECURSIVE g(_) g(x) == g(x) \
                I == INSTANCE M WITH c <- d x \\prec y == TRUE IN a";
    let expected = "(let a == 1; f[x in S] == (@ f -(x 1)); recursive g/1; g(x) == g(x); \
                    I == instance M c<-d; \\prec(x y) == true in a)";
    assert_eq!(expression(text), expected);
}

#[test]
fn can_read_operators_and_lambdas_as_arguments() {
    assert_eq!(expression("Fold(+, 1, -, \\cup)"), "Fold(+ 1 - \\cup)");
    assert_eq!(expression("F(LAMBDA x, y : x + y, -1)"), "F((lambda x y : +(x y)) -.(1))");
    assert_eq!(expression("F(/\\, \\/, ~, -., ^+)"), "F(/\\ \\/ ~ -. ^+)");
    assert_eq!(expression("F(/\\ a /\\ b, [] c)"), "F((/\\ a b) (Always c))");
    assert!(expression_error("1 + LAMBDA x : x").hint.is_some_and(|hint| hint.contains("LAMBDA")));
}

#[test]
fn can_read_paths_through_instances() {
    assert_eq!(expression("I(a)!J!Op(b)"), "I(a)!J!Op(b)");
    assert_eq!(expression("I!+(a, b)"), "I!+(a b)");
    assert_eq!(expression("I!!!(a, b) !! J!K!!!"), "!!(I!!!(a b) J!K!!!)");
    assert_eq!(expression("I!x' = I!f[1]"), "(Equal (Prime I!x) (@ I!f 1))");
    assert_eq!(expression("Op!1!<<!>>!:!@!(a)"), "Op!<1>!<<<>!<>>>!<:>!<@>!<()>(a)");
}

#[test]
fn can_read_labels() {
    assert_eq!(expression("l :: a /\\ b"), "(:: l() (/\\ a b))");
    assert_eq!(expression("\\A x \\in S : l(x) :: p"), "(ForAll x in S : (:: l(x) p))");
    assert!(expression_error("l(1) :: p").message.contains("only a label"));
}

#[test]
fn can_read_names_that_look_like_something_else() {
    assert_eq!(expression("<<2pc, _a, IFF, in, x_, a__b, SFx, WF>>"), "<<2pc _a IFF in x_ a__b SFx WF>>");
    assert_eq!(expression("<<x <1>>"), "<<<(x 1)>>");
}
