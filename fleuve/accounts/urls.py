"""Addresses of accounts. A token in an address opens once; logs hold the route, never the address."""

from __future__ import annotations

from django.urls import path

from fleuve.accounts.views import links, notices, own, rights, roles, sessions, teams, users, visits

app_name = "accounts"

urlpatterns = [
    path("sign-in/", sessions.sign_in, name="sign_in"),
    path("sign-out/", sessions.sign_out, name="sign_out"),
    path("enter/<str:token>/", links.enter, name="enter"),
    path("first-start/<str:token>/", links.first_owner, name="first_owner"),
    path("invitation/<str:token>/", links.invitation, name="invitation"),
    path("new-password/<str:token>/", links.new_password, name="new_password"),
    path("settings/organisation/", own.settings, name="settings"),
    path("settings/profile/", own.profile, name="profile"),
    path("settings/profile/password/", own.password, name="password"),
    path("settings/profile/sessions/", visits.visits, name="visits"),
    path("settings/profile/sessions/removal/", visits.visit_ends, name="visit_ends"),
    path("settings/profile/sessions/<int:pk>/removal/", visits.visit_end, name="visit_end"),
    path("notices/", notices.notices, name="notices"),
    path("notices/seen/", notices.notices_seen, name="notices_seen"),
    path("notices/<int:pk>/", notices.notice_opening, name="notice_opening"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/<int:pk>/", teams.team, name="team"),
    path("settings/teams/<int:pk>/members/", teams.team_members, name="team_members"),
    path("settings/teams/<int:pk>/members/<int:user_pk>/", teams.team_member, name="team_member"),
    path("settings/teams/<int:pk>/removal/", teams.team_removal, name="team_removal"),
    path("settings/teams/<int:pk>/restoration/", teams.team_restoration, name="team_restoration"),
    path("settings/roles/", roles.roles, name="roles"),
    path("settings/roles/<slug:role>/", roles.role, name="role"),
    path("settings/users/", users.users, name="users"),
    path("settings/users/<int:pk>/", users.user, name="user"),
    path("settings/users/<int:pk>/role/", users.user_role, name="user_role"),
    path("settings/users/<int:pk>/reach/", rights.user_reach, name="user_reach"),
    path("settings/users/<int:pk>/rights/", rights.user_rights, name="user_rights"),
    path("settings/users/<int:pk>/sessions/", rights.user_visits, name="user_visits"),
    path("settings/users/<int:pk>/access/", users.user_access, name="user_access"),
    path("settings/users/<int:pk>/password-link/", users.password_link, name="password_link"),
    path("settings/invitations/<int:pk>/withdrawal/", users.invitation_withdrawal, name="invitation_withdrawal"),
]
